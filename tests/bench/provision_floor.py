"""The writes of provisioning as plain SQL through psycopg: the floor of provision.py next door.

As few statements and round trips as the same rows allow, over the web login's own kind of connection.
"""

import uuid
from datetime import UTC, datetime

import psycopg
from psycopg_pool import ConnectionPool

from tenants import onboarding
from tenants.context import PLATFORM, Place
from tenants.db.base import WEB, set_place_sql
from tenants.db.cursors import OneStatementCursor
from tenants.ids import uuid7
from tenants.schema.names import TEMPLATE
from tenants.schema.template import migrations_version

SPARE = """
DELETE FROM tenants_spareschema WHERE schema = (
    SELECT schema FROM tenants_spareschema WHERE version = %s ORDER BY schema LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING schema
"""
WORKSPACE = """
INSERT INTO tenants_workspace
    (id, reseller_id, name, schema, state, owner_email, owner_name, migrated_to, created_at)
VALUES (%s, %s, %s, %s, 'building', %s, %s, %s, %s)
"""
DOMAIN = """
INSERT INTO tenants_domain (id, host, kind, reseller_id, workspace_id, is_primary, created_at)
VALUES (%s, %s, 'workspace', %s, %s, true, %s)
"""
STEP = "(%s, %s, %s, 'pending', '', NULL)"
STEPS = "INSERT INTO tenants_setupstep (id, workspace_id, key, state, error, finished_at) VALUES "
BRAND = """
INSERT INTO branding_brand (id, reseller_id, workspace_id, name, font, tagline, subline, footer, privacy_url,
    terms_url, updated_at)
VALUES (%s, %s, %s, '', '', '', '', '', '', '', %s)
"""
OWNER = """
INSERT INTO accounts_user (id, password, email, name, role, is_active, session_epoch, created_at)
VALUES (%s, '!', %s, %s, 'admin', true, 0, %s)
"""
ADDRESS = (
    'INSERT INTO account_emailaddress (user_id, email, verified, "primary") VALUES (%s, %s, false, true)'
)

BUILD = """
CREATE ROLE {n} NOLOGIN NOINHERIT IN ROLE marque_member;
GRANT {n} TO marque_web WITH INHERIT FALSE, SET TRUE;
{statements};
GRANT USAGE ON SCHEMA {n} TO {n};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {n} TO {n};
REVOKE INSERT, UPDATE, DELETE ON {n}.django_migrations FROM {n};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {n} TO {n};
ALTER DEFAULT PRIVILEGES IN SCHEMA {n} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {n};
ALTER DEFAULT PRIVILEGES IN SCHEMA {n} GRANT USAGE, SELECT ON SEQUENCES TO {n};
"""


class PlainClaims:
    """Claims workspaces of one reseller over a pool of `size` connections, for as many threads."""

    def __init__(self, dsn: str, *, reseller: uuid.UUID, size: int) -> None:
        self._reseller, self._version = reseller, migrations_version()
        self._keys = [step.key for step in onboarding.steps()]
        self._pool = ConnectionPool(
            dsn,
            kwargs={"cursor_factory": OneStatementCursor, "prepare_threshold": None},
            min_size=size,
            max_size=size,
            open=True,
        )
        self._pool.wait()

    def claim(self, host: str) -> None:
        """One workspace, in one transaction."""
        with self._pool.connection() as conn:
            _move(conn, PLATFORM)
            row = conn.execute(SPARE, [self._version]).fetchone()
            assert row is not None
            id = self._workspace(conn, host=host, schema=row[0])
            _move(conn, Place(row[0], row[0], id))
            user, email = uuid7(), f"owner@{host}"
            conn.execute(OWNER, [user, email, "Olu Owner", datetime.now(UTC)])
            conn.execute(ADDRESS, [user, email])

    def _workspace(self, conn: psycopg.Connection, *, host: str, schema: str) -> uuid.UUID:
        id, now = uuid7(), datetime.now(UTC)
        owner = [f"owner@{host}", "Olu Owner"]
        conn.execute(WORKSPACE, [id, self._reseller, host, schema, *owner, self._version, now])
        conn.execute(DOMAIN, [uuid7(), host, self._reseller, id, now])
        steps = ", ".join([STEP] * len(self._keys))
        conn.execute(f"{STEPS}{steps}".encode(), [part for key in self._keys for part in (uuid7(), id, key)])
        conn.execute(BRAND, [uuid7(), self._reseller, id, now])
        return id

    def close(self) -> None:
        self._pool.close()


def _move(conn: psycopg.Connection, place: Place) -> None:
    """Role and path in one round trip, which needs the simple protocol."""
    with psycopg.Cursor(conn) as raw:
        raw.execute(set_place_sql(place, login=WEB), prepare=False)


def replay_plainly(conn: psycopg.Connection, *, schema: str, statements: list[str]) -> None:
    """The whole template as one text in one round trip; the order of the rights is that of the product."""
    body = ";\n".join(statements).replace(TEMPLATE, schema)
    with conn.transaction():
        conn.execute(BUILD.format(n=schema, statements=body).encode())
