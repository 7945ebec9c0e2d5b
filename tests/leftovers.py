"""What tests leave behind when they commit: it must not meet the tests after them, whatever their order.

Schemas stay: nobody is surprised by one that no row names.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connections
from psycopg import sql

from tenants.schema import stock
from tenants.schema.template import current_template
from tests.isolation.databases import superuser

STAY = ("tenants_spareschema", "tenants_schematemplate", "django_migrations")
WAIT = "10s"
"""For a row that somebody still holds: then the test has left a connection open, and should hear of it."""

Keys = dict[tuple[str, str], list[str]]
"""The keys, as text, in each table, which goes by its name and that of its key."""


@contextmanager
def swept() -> Iterator[None]:
    """Rows that the block commits on the platform go again, and the warm pool is as full as before.

    A row that was there and is changed is the test's own to mend.
    """
    with psycopg.connect(superuser(), autocommit=True) as conn:
        before = _keys(conn)
    level = stock.level()
    yield
    connections.close_all()
    with psycopg.connect(superuser(), autocommit=True) as conn:
        _remove(conn, but=before)
    for _ in range(level - stock.level()):
        stock.build_spare(current_template())


def _keys(conn: psycopg.Connection) -> Keys:
    tables = conn.execute(
        "SELECT c.relname, a.attname FROM pg_class c "
        "JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> ALL(%s)",
        [list(STAY)],
    ).fetchall()
    select = sql.SQL("SELECT {name}, {key}, coalesce(array_agg({column}::text), '{{}}') FROM public.{table}")
    parts = [
        select.format(name=name, key=key, column=sql.Identifier(key), table=sql.Identifier(name))
        for name, key in tables
    ]
    return {(name, key): keys for name, key, keys in conn.execute(sql.SQL(" UNION ALL ").join(parts))}


def _remove(conn: psycopg.Connection, *, but: Keys) -> None:
    """As the superuser and without asking what refers to what: all of it goes."""
    conn.execute(sql.SQL("SET lock_timeout = {}").format(WAIT))
    conn.execute("SET session_replication_role = replica")
    delete = sql.SQL("DELETE FROM public.{table} WHERE {column}::text <> ALL(%s)")
    for (name, key), keys in _keys(conn).items():
        if set(keys) - set(known := but.get((name, key), [])):
            conn.execute(delete.format(table=sql.Identifier(name), column=sql.Identifier(key)), [known])
