"""Takes away pending lines that stand in the chain word for word; only the owner's login has that right.

One that differs from its line in the chain stays: it is the proof that somebody forged that line.
"""

import psycopg
import structlog
from psycopg import sql

from core.timeline.models import AuditEntry, PendingEntry
from core.timeline.rules import FACTS
from tenants.schema.owner import owner_connection

log = structlog.get_logger(__name__)

KEPT = "1 day"
"""For so long the check of a log compares a line with what its act wrote (queries.py)."""

_FILLED = """
    SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = %s AND c.relkind = 'r' AND pg_relation_size(c.oid) > 0 ORDER BY n.nspname
"""
_PRUNE = """
    DELETE FROM {pending} p USING {chain} c
    WHERE p.id = c.id AND p.at < now() - {kept}::interval AND ({ours}) IS NOT DISTINCT FROM ({theirs})
"""


def prune() -> int:
    """In every place that has any; returns how many. Needs the owner's login.

    One place where it fails, such as a schema that is being dropped, holds up no other.
    """
    with owner_connection() as owner:
        found = owner.execute(_FILLED, [PendingEntry._meta.db_table]).fetchall()
        return sum(_tried(owner, schema) for (schema,) in found)


def _tried(owner: psycopg.Connection, schema: str) -> int:
    try:
        return _prune(owner, schema)
    except psycopg.DatabaseError:
        if owner.closed:
            raise
        log.exception("log_not_pruned", schema=schema)
        return 0


def _prune(owner: psycopg.Connection, schema: str) -> int:
    statement = sql.SQL(_PRUNE).format(
        pending=sql.Identifier(schema, PendingEntry._meta.db_table),
        chain=sql.Identifier(schema, AuditEntry._meta.db_table),
        kept=sql.Literal(KEPT),
        ours=sql.SQL(", ").join(sql.Identifier("p", name) for name in FACTS),
        theirs=sql.SQL(", ").join(sql.Identifier("c", name) for name in FACTS),
    )
    return owner.execute(statement).rowcount
