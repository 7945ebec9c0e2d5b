"""A schema's tables as Postgres' catalogue has them: what is exported, what an import is checked against.

Generated columns are not among them: they come by themselves.
"""

from typing import Any

import psycopg

from tenants.archive.manifest import BadArchive, Manifest, TableEntry
from tenants.archive.parts import left_out

Columns = dict[str, list[str]]

_COLUMNS = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = %s::regnamespace AND c.relkind IN ('r', 'p')
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY c.relname ORDER BY c.relname
"""

_COUNTERS = """
    SELECT c.relname, a.attname FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' AND a.attidentity <> ''
"""


def exported_columns(connection: psycopg.Connection[Any], schema: str) -> Columns:
    """The columns of each table of the schema that belongs in an archive, tables by name."""
    rows = connection.execute(_COLUMNS, [schema]).fetchall()
    out = left_out()
    return {table: columns for table, columns in rows if table not in out}


def check_fits(manifest: Manifest, columns: Columns) -> None:
    """Raise BadArchive unless the archive has exactly the tables and columns that its migrations make."""
    named = [table.name for table in manifest.tables]
    if len(named) != len(set(named)):
        raise BadArchive("A table is in it twice.")
    if strange := sorted(set(named) - set(columns)):
        raise BadArchive(f"It has a table that does not belong there: {strange[0]}.")
    if missing := sorted(set(columns) - set(named)):
        raise BadArchive(f"The table {missing[0]} is missing.")
    for table in manifest.tables:
        _check_columns(table, known=columns[table.name])


def _check_columns(table: TableEntry, *, known: list[str]) -> None:
    if len(table.columns) != len(set(table.columns)) or set(table.columns) != set(known):
        raise BadArchive(f"The columns of {table.name} are not those its migrations make.")


def set_counters(connection: psycopg.Connection[Any], schema: str) -> None:
    """Let identity columns go on after what came in; the owner's to do."""
    for table, column in connection.execute(_COUNTERS, [schema]).fetchall():
        name = f'"{schema}"."{table}"'
        statement = (
            f"SELECT setval(pg_get_serial_sequence('{name}', '{column}'), max(\"{column}\")) "  # noqa: S608 - names from the catalogue of our own schema
            f'FROM {name} HAVING max("{column}") IS NOT NULL'
        )
        connection.execute(statement.encode())
