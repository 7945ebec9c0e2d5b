"""Values as one opaque word for an address, such as where a list's next page begins; not signed.

Whoever unpacks one checks what is in it: anybody can make such a word. What nobody may make is signing.py's.
"""

import base64
import json
from collections.abc import Sequence
from typing import Any


def pack(values: Sequence[object], *, encoder: type[json.JSONEncoder] | None = None) -> str:
    raw = json.dumps(values, cls=encoder, separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def unpack(word: str) -> Any:
    """Whatever is in it. Raises ValueError for nonsense."""
    try:
        return json.loads(base64.urlsafe_b64decode(word.encode("ascii") + b"=" * (-len(word) % 4)))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
