"""Where the next page of a console's list begins: the last row's sort value and id, as one opaque word.

It is read back as the kind of value its order has, and nothing else; core/api/paging.py does the same for
what stands above.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tenants.opaque import pack, unpack
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
        return pack([value, str(self.id)])


def read(text: str, *, kind: type) -> Cursor | None:
    """The cursor, or None for nonsense and for another order's: such a list begins at the start."""
    try:
        value, row = unpack(text[:LONGEST])
        return Cursor(_checked(value, kind=kind), UUID(row))
    except (ValueError, TypeError, AttributeError):
        return None


def _checked(value: Any, *, kind: type) -> int | str | UUID:
    if kind is UUID:
        return UUID(value)
    if kind is str and isinstance(value, str) and is_storable(value):
        return value
    if kind is int and type(value) is int and abs(value) < BIGGEST:
        return value
    raise ValueError("not of this order")
