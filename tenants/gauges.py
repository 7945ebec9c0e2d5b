"""Gauges: what a console wants to know of each workspace, read inside it from time to time.

An app registers how its figure is read; the values are kept in `WorkspaceFacts` by facts.py next door, so
that a list of a thousand workspaces looks into none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model

from tenants.context import current_workspace

EXACT = 10_000
"""Up to so many rows are counted; more are told as the catalogue, which autovacuum keeps, knows them."""

Value = int | float | str | dict[str, int] | None
"""Figures that one question answers together may be one gauge: a dict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One figure; `read` runs inside the workspace and must be cheap. Times are ISO 8601 texts in UTC.

    `merge` joins the value kept before (first) with the new one, where the new one alone could know less.
    """

    key: str
    read: Callable[[], Value]
    merge: Callable[[Value, Value], Value] | None = None


_gauges: dict[str, Gauge] = {}


def register(gauge: Gauge) -> None:
    """Add a gauge; the same key again replaces it. For AppConfig.ready()."""
    _gauges[gauge.key] = gauge


def gauges() -> list[Gauge]:
    return [_gauges[key] for key in sorted(_gauges)]


def newest(before: Value, now: Value) -> Value:
    """A `merge` for times: the later of the two."""
    return max((str(value) for value in (before, now) if value), default=None)


def rows_in(model: type[Model]) -> int:
    """How many rows a table of the current workspace has: exact up to EXACT, about right above that."""
    rows: Any = model._default_manager
    number = int(rows.order_by().values("pk")[: EXACT + 1].count())
    return number if number <= EXACT else max(number, _known_of(model))


def _known_of(model: type[Model]) -> int:
    """-1 for a table that nobody has counted yet."""
    name = f'"{current_workspace().schema}"."{model._meta.db_table}"'
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [name])
        return int(cursor.fetchone()[0])
