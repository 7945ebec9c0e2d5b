"""Builds one schema with its role from the template's statements, in a single transaction.

CREATEROLE is enough for this on Postgres 16 and later; a reader of the web login gets to the data only by
SET ROLE, never by inheriting.
"""

from collections.abc import Sequence
from typing import LiteralString

import psycopg
import structlog
from django.conf import settings
from psycopg import sql

from tenants.context import is_schema_name
from tenants.schema.names import TEMPLATE

log = structlog.get_logger(__name__)


def build_schema(connection: psycopg.Connection, *, schema: str, statements: list[str]) -> None:
    """Create `schema`, its tables, its role and the role's rights; all or nothing."""
    if not is_schema_name(schema):
        raise ValueError(f"not a schema name: {schema!r}")
    with connection.transaction():
        create_role(connection, schema)
        for statement in statements:
            # The dump is our own schema's; one statement a time is what Citus can distribute.
            connection.execute(statement.replace(TEMPLATE, schema).encode())
        grant_rights(connection, schema)


def create_role(connection: psycopg.Connection, role: str) -> None:
    """The workspace's role, which the web login may become but does not inherit. Kept if it is there."""
    name = sql.Identifier(role)
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    if not known:
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOINHERIT IN ROLE marque_member").format(name))
    connection.execute(sql.SQL("GRANT {} TO marque_web WITH INHERIT FALSE, SET TRUE").format(name))


def grant_rights(connection: psycopg.Connection, schema: str) -> None:
    """Data yes, structure no: DML on every table but the record of migrations, now and for later tables."""
    name = sql.Identifier(schema)
    rights: list[LiteralString] = [
        "GRANT USAGE ON SCHEMA {n} TO {n}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {n} TO {n}",
        "REVOKE INSERT, UPDATE, DELETE ON {n}.django_migrations FROM {n}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {n} TO {n}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {n} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {n}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {n} GRANT USAGE, SELECT ON SEQUENCES TO {n}",
    ]
    for right in rights:
        connection.execute(sql.SQL(right).format(n=name))
    protect_append_only(connection, schema=schema, role=schema)


def protect_append_only(connection: psycopg.Connection, *, schema: str, role: str) -> None:
    """Leave `role` only SELECT and INSERT on the append-only tables that stand in `schema`.

    Default privileges give every new table all four, so this follows whatever may have made one.
    """
    _take_away(
        connection, "UPDATE, DELETE, TRUNCATE", tables=settings.APPEND_ONLY_TABLES, schema=schema, role=role
    )


def protect_owners_own(connection: psycopg.Connection, *, schema: str, role: str) -> None:
    """The same for tables that the owner goes by (settings.OWNERS_OWN_TABLES): `role` only reads them."""
    rights: LiteralString = "INSERT, UPDATE, DELETE, TRUNCATE"
    _take_away(connection, rights, tables=settings.OWNERS_OWN_TABLES, schema=schema, role=role)


def _take_away(
    connection: psycopg.Connection, rights: LiteralString, *, tables: Sequence[str], schema: str, role: str
) -> None:
    """It asks first: with nothing to take away it costs one question and changes no catalogue."""
    found = connection.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = %s::regnamespace AND c.relname = ANY(%s) "
        "AND has_table_privilege(%s, c.oid, %s)",
        [schema, list(tables), role, rights],
    )
    for (table,) in found.fetchall():
        statement = sql.SQL("REVOKE {} ON {} FROM {}")
        names = sql.Identifier(schema, table), sql.Identifier(role)
        connection.execute(statement.format(sql.SQL(rights), *names))


def drop_schema(connection: psycopg.Connection, schema: str) -> None:
    """Take a schema and its role away for good; nothing happens when they are not there.

    Roles are the whole cluster's: one that another of its databases still needs, such as a copy of this one,
    is left and logged.
    """
    if not is_schema_name(schema):
        raise ValueError(f"not a schema name: {schema!r}")
    name = sql.Identifier(schema)
    with connection.transaction():
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [schema]).fetchone():
            _drop_role(connection, schema)


def _drop_role(connection: psycopg.Connection, role: str) -> None:
    try:
        with connection.transaction():
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
    except psycopg.errors.DependentObjectsStillExist as error:
        log.warning("role_left", role=role, needed_by=error.diag.message_detail)
