"""Where the next page of a console's list begins: the last row's sort value and id, as one opaque word.

It is read back as the kind of value its order has, and nothing else; core/api/paging.py does the same for
what stands above.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tenants.text import is_storable

LONGEST = 2_000
BIGGEST = 2**62


@dataclass(frozen=True, slots=True)
class Cursor:
    """`value` is what the row was sorted by."""

    value: int | str | UUID
    id: UUID

    def __str__(self) -> str:
        value = str(self.value) if isinstance(self.value, UUID) else self.value
        raw = json.dumps([value, str(self.id)], separators=(",", ":"))
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def read(text: str, *, kind: type) -> Cursor | None:
    """The cursor, or None for nonsense and for another order's: such a list begins at the start."""
    try:
        padded = text[:LONGEST].encode("ascii") + b"=" * (-len(text) % 4)
        value, row = json.loads(base64.urlsafe_b64decode(padded))
        return Cursor(_checked(value, kind=kind), UUID(row))
    except (binascii.Error, UnicodeError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def _checked(value: Any, *, kind: type) -> int | str | UUID:
    if kind is UUID:
        return UUID(value)
    if kind is str and isinstance(value, str) and is_storable(value):
        return value
    if kind is int and type(value) is int and abs(value) < BIGGEST:
        return value
    raise ValueError("not of this order")
