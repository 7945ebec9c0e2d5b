"""How a line of the log is made fit to be kept, and the hash that ties it to the line before.

Pure rules; writing is domain/append.py, checking a whole log is queries.py.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tenants.text import storable

FACTS = (
    "id", "at", "actor_id", "actor_name", "behind", "support_id", "reseller_id", "action", "target", "label",
    "detail", "address",
)  # fmt: skip
"""Everything a line says of its act, before and in the chain."""

HASHED = (*FACTS, "seq", "prev_hash")
"""Everything a line of the chain says but its own hash."""

PATIENCE = timedelta(minutes=1)
"""A line that is pending for longer than this was missed; the next sweep takes it."""


def hash_of(values: Mapping[str, Any]) -> str:
    """SHA-256 over the line as JSON in one spelling: keys in order, times in UTC, no spaces."""
    text = json.dumps({name: _spelt(values[name]) for name in HASHED}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _spelt(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value if value is None or isinstance(value, int | str | dict) else str(value)


def keepable(value: object) -> Any:
    """What a line's detail may hold: texts, whole numbers, truth, and lists and objects of those.

    Anything else becomes text: Postgres may spell another number differently, and its hash would not fit.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {storable(str(key)): keepable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [
            keepable(inner)
            for inner in (value if isinstance(value, list | tuple) else sorted(value, key=str))
        ]
    return storable(str(value))


def cut(text: object, length: int) -> str:
    """A text that fits its column, and that Postgres can hold."""
    return storable(str(text))[:length]
