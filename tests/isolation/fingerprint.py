"""What one side's rows look like, byte for byte: taken before and after an attack, it must be the same.

A workspace is hashed table by table inside Postgres; in `public` the rows of one reseller are read, because
others write to the same tables. The words that attacks look for are in canaries.py next door.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, models
from psycopg import sql

from tenants.context import platform, workspace
from tenants.models import Workspace
from tests.isolation.canaries import platform_models
from tests.isolation.planted import Planted

Print = Mapping[str, str]


class Fingerprint:
    """The state of one side: `look()` before, `look()` after, `differences()` says which tables changed.

    `alone` says that everything happens in this connection's transaction. Then Postgres's own count of what
    it has written there saves the looks between which nothing was.
    """

    def __init__(self, row: Workspace, side: Planted | None = None, *, alone: bool = False) -> None:
        self.row = row
        with workspace(row):
            self._inside, tables = _every_table(), _oids()
        self._outside = _their_rows(side) if side else None
        if self._outside is not None:
            with platform():
                tables += _oids()
        self._count = _WRITTEN.format(tables=sql.Literal(tables)) if alone else None
        self._first: Print | None = None
        self._same_at = -1

    def look(self) -> Print:
        """The first look's answer where nothing was written since it was last found to hold."""
        written = self._written()
        if self._first is not None and written is not None and written == self._same_at:
            return self._first
        found = self._ask_all()
        self._first = self._first or found
        if found == self._first and written is not None:
            self._same_at = written
        return found

    def _ask_all(self) -> Print:
        with workspace(self.row):
            found = _ask(self._inside, prefix="workspace")
        if self._outside is not None:
            with platform():
                found |= _ask(self._outside, prefix="public")
        return found

    def _written(self) -> int | None:
        if self._count is None:
            return None
        with platform(), connection.cursor() as cursor:
            cursor.execute(self._count)
            return int(cursor.fetchone()[0])


def differences(before: Print, after: Print) -> list[str]:
    """The tables that are not as they were."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def _ask(question: sql.Composed, *, prefix: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return {f"{prefix}: {table}": str(value) for table, value in cursor.fetchall()}


_WRITTEN = sql.SQL(
    "SELECT sum(pg_stat_get_xact_tuples_inserted(t) + pg_stat_get_xact_tuples_updated(t)"
    " + pg_stat_get_xact_tuples_deleted(t)) FROM unnest({tables}::oid[]) t"
)
"""Rows written by this transaction, what was rolled back among them: it only grows."""


def _oids() -> list[int]:
    """Of the current schema's tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
        )
        return [oid for (oid,) in cursor.fetchall()]


_HASH = (
    "SELECT {name}, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t WHERE {which}"
)


def _every_table() -> sql.Composed:
    """One statement that hashes every table of the current schema, whole rows in a fixed order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
    return _union((name, sql.SQL("true")) for name in tables)


def _their_rows(side: Planted) -> sql.Composed:
    """The same for `public`, of the rows whose key or reference is one of this side's."""
    return _union((model._meta.db_table, _which(model, side)) for model in platform_models())


def _which(model: type[models.Model], side: Planted) -> sql.Composable:
    """A row is theirs by its key, by its reseller or workspace, else by whatever it refers to: one person
    may be on the staff of several resellers, and the row that says so is the reseller's."""
    columns: list[Any] = [
        column for column in model._meta.concrete_fields if column.primary_key or _label(column)
    ]
    owners = [column for column in columns if column.primary_key or _label(column) in _OWNERS]
    tests: list[sql.Composable] = []
    for column in owners if len(owners) > 1 else columns:
        ids = [str(row.pk) for row in side.rows.get(_label(column) or model._meta.label, [])]
        tests.append(sql.SQL("t.{}::text = ANY({})").format(sql.Identifier(column.column), sql.Literal(ids)))
    return sql.SQL(" OR ").join(tests)


_OWNERS = {"tenants.Reseller", "tenants.Workspace"}


_BARE = {"reseller_id": "tenants.Reseller", "workspace_id": "tenants.Workspace"}
"""Columns that say whose a row is without being a foreign key, as the log's."""


def _label(column: Any) -> str:
    return column.related_model._meta.label if column.many_to_one else _BARE.get(column.name, "")


def _union(tables: Iterable[tuple[str, sql.Composable]]) -> sql.Composed:
    return sql.SQL(" UNION ALL ").join(
        sql.SQL(_HASH).format(name=sql.Literal(name), table=sql.Identifier(name), which=which)
        for name, which in tables
    )
