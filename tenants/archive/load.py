"""Fills an empty schema from a checked archive: every table by COPY, as the workspace's own role.

A hostile archive can so do no more than that workspace's people could. Nothing in it is ever run as SQL.
"""

import time
from collections.abc import Callable

import psycopg
from django.db import DatabaseError, connection, transaction

from tenants.archive.faults import is_our_trouble
from tenants.archive.manifest import BadArchive, TableEntry
from tenants.archive.progress import Told, quiet
from tenants.archive.reading import Archive
from tenants.archive.tables import check_fits, exported_columns, set_counters
from tenants.context import Place, workspace
from tenants.schema.owner import owner_connection

Rows = Callable[[int], None]


def fill(archive: Archive, place: Place, *, tell: Told = quiet) -> None:
    """All rows or none. Raises BadArchive for tables and rows that do not fit.

    What is Postgres' own trouble, such as a full disk, is no fault of the archive's and raised as it is.
    """
    with owner_connection() as owner:
        check_fits(archive.manifest, exported_columns(owner, place.schema))
    try:
        with workspace(place), transaction.atomic():
            _empty(archive)
            _copy_all(archive, tell=tell)
    except (psycopg.Error, DatabaseError) as error:
        if is_our_trouble(error):
            raise
        raise BadArchive(f"Its rows do not fit together: {_first_line(error)}") from error
    with owner_connection() as owner:
        set_counters(owner, place.schema)


def _empty(archive: Archive) -> None:
    """A new schema has rows of its own, such as its content types; foreign keys are checked at the end."""
    with connection.cursor() as cursor:
        for table in archive.manifest.tables:
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table.name}")')  # noqa: S608 - a name of the catalogue
            if cursor.fetchone()[0]:
                cursor.execute(f'DELETE FROM "{table.name}"')  # noqa: S608 - the same


def _copy_all(archive: Archive, *, tell: Told) -> None:
    done, total = 0, archive.manifest.rows
    for table in archive.manifest.tables:
        tell(done, total)
        done += _copy(archive, table, tell=lambda rows, before=done: tell(before + rows, total))  # type: ignore[misc]  # mypy does not see the default
    tell(done, total)


def _copy(archive: Archive, table: TableEntry, *, tell: Rows) -> int:
    """COPY one table in; returns its rows, as Postgres counted them."""
    passed, told_at = 0, time.monotonic()
    with connection.cursor() as cursor:
        with cursor.copy(table.copy_in) as copy:
            for block in archive.rows(table):
                copy.write(block)
                passed += block.count(b"\n")
                if time.monotonic() - told_at > 1:
                    told_at = time.monotonic()
                    tell(passed)
        if cursor.rowcount != table.rows:
            raise BadArchive(f"{table.name} has {cursor.rowcount} rows and should have {table.rows}.")
    return table.rows


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
