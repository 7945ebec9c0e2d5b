"""Registries of what others show in the consoles' lists: columns about workspaces, and the colour of a brand.

Each answers for a whole page of rows at once: a long list asks no more questions than a short one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models.expressions import Combinable

from tenants.models import Reseller, Workspace

Rows = Sequence[Workspace] | Sequence[Reseller]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`values` gives the texts of those workspaces it knows something about.

    `sort` is an expression over Workspace that sorts by the text shown; without it the column does not sort.
    """

    key: str
    label: str
    values: Callable[[Sequence[Workspace]], dict[UUID, str]]
    order: int = 100
    sort: Callable[[], Combinable] | None = None


_columns: dict[str, Column] = {}
_hues: list[Callable[[Rows], dict[UUID, float]]] = []


def register(column: Column) -> None:
    """Add a column; the same key again replaces it. For AppConfig.ready()."""
    _columns[column.key] = column


def register_hues(source: Callable[[Rows], dict[UUID, float]]) -> None:
    """Say in which hue (degrees) a reseller or workspace is drawn; the last one registered counts."""
    _hues[:] = [source]


def columns() -> list[Column]:
    return sorted(_columns.values(), key=lambda column: (column.order, column.key))


def cells_of(rows: Sequence[Workspace]) -> dict[UUID, tuple[str, ...]]:
    """The registered columns' texts of each workspace, in order."""
    found = [column.values(rows) for column in columns()] if rows else []
    return {row.id: tuple(values.get(row.id, "") for values in found) for row in rows}


def hues_of(rows: Rows) -> dict[UUID, float]:
    return _hues[0](rows) if _hues and rows else {}
