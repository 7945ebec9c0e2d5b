"""Whether a spare schema is whole: its role, the role's rights on every table, the migrations it has.

Asked of Postgres' catalogue by the owner; what becomes of a broken one is decided in stock.py next door.
"""

from collections.abc import Iterable

import psycopg
from django.conf import settings
from psycopg import sql

from tenants.schema.template import version_of, workspace_labels

_ROLE = """
    SELECT EXISTS (
        SELECT 1 FROM pg_auth_members m
        JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles w ON w.oid = m.member
        WHERE r.rolname = %(name)s AND w.rolname = 'marque_web'
          AND m.set_option AND NOT m.inherit_option
    ) AND has_schema_privilege(%(name)s, %(name)s, 'USAGE')
"""

# A table nobody may read or write is as broken as one that is missing, and so is one with a right too many:
# the record of migrations is read only, and what is only ever added to cannot be changed.
_TABLES = """
    SELECT count(*),
        bool_and(has_table_privilege(%(name)s, c.oid, 'SELECT')),
        bool_and(has_table_privilege(%(name)s, c.oid, 'INSERT') = (c.relname <> 'django_migrations')),
        bool_and(has_table_privilege(%(name)s, c.oid, 'UPDATE') = (c.relname <> ALL(%(fixed)s))),
        bool_and(has_table_privilege(%(name)s, c.oid, 'DELETE') = (c.relname <> ALL(%(fixed)s)))
    FROM pg_class c WHERE c.relnamespace = %(name)s::regnamespace AND c.relkind IN ('r', 'p')
"""


def fault_of(connection: psycopg.Connection, schema: str, *, version: str, tables: int) -> str:
    """What is wrong with a spare of `version`, which should have so many tables; "" when it is whole."""
    names: dict[str, object] = {"name": schema, "fixed": ["django_migrations", *settings.APPEND_ONLY_TABLES]}
    known = "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %(name)s), to_regnamespace(%(name)s)"
    role, namespace = _row(connection, known, names)
    if not role or not namespace:
        return "its role is missing" if namespace else "its schema is missing"
    if _row(connection, _ROLE, names) != (True,):
        return "its role is not the web login's to take, or may not use the schema"
    count, *right = _row(connection, _TABLES, names)
    if count != tables:
        return f"it has {count} tables of {tables}"
    if not all(right):
        return "its role lacks rights on a table, or has too many"
    return "" if _version(connection, schema) == version else "its migrations are not this release's"


def _row(connection: psycopg.Connection, query: str, names: dict[str, object]) -> tuple[object, ...]:
    found = connection.execute(query.encode(), names).fetchone()
    assert found is not None  # each of the questions has exactly one answer
    return tuple(found)


def _version(connection: psycopg.Connection, schema: str) -> str:
    table = sql.Identifier(schema, "django_migrations")
    rows: Iterable[tuple[str, str]] = connection.execute(sql.SQL("SELECT app, name FROM {}").format(table))
    return version_of((app, name) for app, name in rows if app in workspace_labels())


def tables_in(statements: Iterable[str]) -> int:
    """How many tables a template makes."""
    return sum(statement.startswith("CREATE TABLE ") for statement in statements)
