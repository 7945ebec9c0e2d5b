"""Statements of a non-atomic migration, run one by one outside a transaction so that each may run again.

What is replayed in a transaction, and therefore needs none of this, is next door in replay.py.
"""

import re

import psycopg
from psycopg import errors, sql

CONCURRENT_WAIT = 60_000
"""Milliseconds. CONCURRENTLY waits for everybody's older transactions, and nobody waits for it meanwhile."""

_INDEX = re.compile(
    r"CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?\"?(?P<name>\w+)\"?\s+ON\b",
    re.IGNORECASE,
)
_THERE = (errors.DuplicateTable, errors.DuplicateColumn, errors.DuplicateObject)
_GONE = (errors.UndefinedTable, errors.UndefinedColumn, errors.UndefinedObject)


def run_alone(conn: psycopg.Connection, statement: str, *, schema: str, lock_timeout: int) -> None:
    """Run it, unless it was done before a crash: what it makes is there, or what it drops is gone.

    `lock_timeout` is in milliseconds.
    """
    wait = CONCURRENT_WAIT if " CONCURRENTLY " in statement.upper() else lock_timeout
    conn.execute(f"SET lock_timeout = {wait}".encode())
    found = _INDEX.match(statement)
    if found and _is_made(conn, schema=schema, index=found["name"]):
        return
    try:
        conn.execute(statement.encode())
    except psycopg.Error as error:
        if not was_done(statement, error):
            raise


def was_done(statement: str, error: BaseException | None) -> bool:
    """Whether the error only says that the statement has done its work before."""
    drops = re.search(r"(\A|\s)DROP\s", statement, re.IGNORECASE)
    return isinstance(error, _GONE if drops else _THERE)


def _is_made(conn: psycopg.Connection, *, schema: str, index: str) -> bool:
    """Whether the index is there and whole; the invalid rest of one that was cut off is taken away."""
    row = conn.execute(
        "SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE c.relnamespace = %s::regnamespace AND c.relname = %s",
        [schema, index],
    ).fetchone()
    if row and not row[0]:
        conn.execute(sql.SQL("DROP INDEX CONCURRENTLY {}").format(sql.Identifier(schema, index)))
    return bool(row and row[0])
