"""Keyset paging: a page is what follows a given row, so depth costs nothing and nothing is skipped.

Cursors are opaque to clients and hold only values of the last row shown; which rows may be seen at all is
decided by the queryset that comes in.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Field, Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from tenants.opaque import pack, unpack
from tenants.text import is_storable

M = TypeVar("M", bound=Model)


class BadCursor(ValueError):
    """The cursor was not made here, or was cut on its way."""


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some rows in order, and the cursor of those that follow ("" at the end)."""

    items: list[M]
    next_cursor: str


def keyset_page(
    rows: QuerySet[M],
    *,
    by: tuple[str, ...],
    after: str = "",
    size: int = 50,
    descending: bool = False,
    at: tuple[str, ...] = (),
    shown: QuerySet[M] | None = None,
) -> Page[M]:
    """The `size` rows that follow cursor `after` in the order of the fields `by`, the last of them unique.

    `at` names copies of the same values in a joined table, where that table's index has the order. One query
    with a row comparison (`(a, b) < (x, y)`), which one index scan answers at any depth. Raises BadCursor.

    `shown` are the same model's rows with all that is shown of them, read for the page's own alone: where
    filters go together (whose, of which label), Postgres expects few rows and would join whatever is shown to
    every one of many before it sorts them.
    """
    at = at or by
    if after:
        past = TupleLessThan if descending else TupleGreaterThan
        rows = rows.filter(
            past(Tuple(*(F(name) for name in at)), decode_cursor(rows.model, by=by, cursor=after))
        )
    order = [f"-{name}" if descending else name for name in at]
    rows = rows.order_by(*order)[: size + 1]
    if shown is not None:
        rows = shown.filter(pk__in=rows.values("pk")).order_by(*(f"-{n}" if descending else n for n in by))
    found = list(rows)
    more = len(found) > size
    return Page(found[:size], encode_cursor(found[size - 1], by=by) if more else "")


def encode_cursor(row: Model, *, by: tuple[str, ...]) -> str:
    return pack([getattr(row, name) for name in by], encoder=_Exact)


def decode_cursor(model: type[Model], *, by: tuple[str, ...], cursor: str) -> tuple[object, ...]:
    """The values a cursor holds, as the fields' own types. Raises BadCursor."""
    try:
        raw = unpack(cursor)
        if not isinstance(raw, list) or len(raw) != len(by) or not all(_plain(value) for value in raw):
            raise BadCursor(cursor)
        return tuple(_as_field(model, name, value) for name, value in zip(by, raw, strict=True))
    except (ValueError, ValidationError) as error:
        raise BadCursor(cursor) from error


def _as_field(model: type[Model], name: str, value: str) -> object:
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    return field.to_python(value)


class _Exact(DjangoJSONEncoder):
    """Times keep their microseconds: a rounded one would skip or repeat rows."""

    def default(self, o: object) -> object:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)


def _plain(value: object) -> bool:
    return isinstance(value, str) and is_storable(value)
