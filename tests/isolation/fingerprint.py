"""What one side's rows look like, byte for byte: taken before and after an attack, it must be the same.

A workspace is hashed table by table inside Postgres; in `public` the rows of one reseller are read, because
others write to the same tables. The words that attacks look for are in canaries.py next door.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from psycopg import sql

from tenants.context import PLATFORM, Place, entered, place_of, platform
from tenants.models import Workspace
from tests.isolation.canaries import platform_models
from tests.isolation.planted import Planted

Print = Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """One table of one place, and which of its rows are looked at."""

    place: Place
    name: str
    oid: int
    which: sql.Composable

    @property
    def label(self) -> str:
        return f"{'public' if self.place == PLATFORM else 'workspace'}: {self.name}"

    @property
    def question(self) -> sql.Composed:
        """Its rows as one hash, whole and in a fixed order."""
        parts = {"label": sql.Literal(self.label), "table": sql.Identifier(self.name), "which": self.which}
        return sql.SQL(_HASH).format(**parts)


class Fingerprint:
    """The state of one side: `look()` before, `look()` after, `differences()` says which tables changed.

    `alone` says that everything happens in this connection's transaction. Then Postgres's own count of what
    it has written to each table there saves the looks at those to which nothing was.
    """

    def __init__(self, row: Workspace, side: Planted | None = None, *, alone: bool = False) -> None:
        self._tables = _every_table(place_of(row)) + (_their_rows(side) if side else [])
        self._alone = alone
        self._first: dict[str, str] = {}
        self._same_at: dict[int, int] = {table.oid: -1 for table in self._tables}

    def look(self) -> Print:
        """The first look's answer for each table to which nothing was written since it was last found so."""
        written = self._written()
        found = self._first | _ask([one for one in self._tables if one.oid in written])
        self._first = self._first or found
        for table in self._tables:
            if table.oid in written and found[table.label] == self._first[table.label]:
                self._same_at[table.oid] = written[table.oid]
        return found

    def _written(self) -> dict[int, int]:
        """The tables that have to be looked at, with how much was written to each."""
        if not self._alone:
            return dict.fromkeys(self._same_at, -1)
        with platform(), connection.cursor() as cursor:
            cursor.execute(_WRITTEN, [list(self._same_at), list(self._same_at.values())])
            return dict(cursor.fetchall())


def differences(before: Print, after: Print) -> list[str]:
    """The tables that are not as they were."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def _ask(tables: list[Table]) -> dict[str, str]:
    found: dict[str, str] = {}
    for place in {table.place for table in tables}:
        questions = [table.question for table in tables if table.place == place]
        with entered(place), connection.cursor() as cursor:
            cursor.execute(sql.SQL(" UNION ALL ").join(questions))
            found |= {label: str(value) for label, value in cursor.fetchall()}
    return found


_WRITTEN = (
    "SELECT oid, written FROM unnest(%s::oid[], %s::bigint[]) AS known(oid, same_at), LATERAL (SELECT"
    " pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)"
    " + pg_stat_get_xact_tuples_deleted(oid) AS written) AS counted WHERE written <> same_at"
)
"""Rows written by this transaction, what was rolled back among them, so that it only grows."""

_HASH = """
SELECT {label}, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t
WHERE {which}"""


def _oids(place: Place) -> dict[str, int]:
    """The tables of a place with their numbers in the catalogue."""
    with entered(place), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, oid FROM pg_class"
            " WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY 1"
        )
        return dict(cursor.fetchall())


def _every_table(place: Place) -> list[Table]:
    return [Table(place, name, oid, sql.SQL("true")) for name, oid in _oids(place).items()]


def _their_rows(side: Planted) -> list[Table]:
    """The tables of `public`, of which the rows whose key or reference is one of this side's."""
    oids = _oids(PLATFORM)
    names = {model._meta.db_table: _which(model, side) for model in platform_models()}
    return [Table(PLATFORM, name, oids[name], which) for name, which in names.items()]


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
