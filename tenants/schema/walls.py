"""Which walls are up in this database: asked of Postgres itself, shown by `manage.py walls`."""

from dataclasses import dataclass

from django.db import connection

from tenants.context import platform

# What must be true, as one boolean per row, asked with the web login on the platform.
_QUESTIONS = {
    "The web login is no superuser and inherits nothing": (
        "SELECT NOT rolsuper AND NOT rolinherit FROM pg_roles WHERE rolname = session_user"
    ),
    "set_config is closed to workspaces": (
        "SELECT NOT EXISTS (SELECT 1 FROM aclexplode((SELECT proacl FROM pg_proc "
        "WHERE proname = 'set_config' AND pronamespace = 'pg_catalog'::regnamespace)) AS a "
        "WHERE a.grantee = 0)"
    ),
    "plpgsql is closed to workspaces": (
        "SELECT NOT EXISTS (SELECT 1 FROM pg_language l, "
        "aclexplode(coalesce(l.lanacl, acldefault('l', l.lanowner))) AS a "
        "WHERE l.lanname = 'plpgsql' AND a.grantee = 0)"
    ),
    "Temporary tables are closed to workspaces": (
        "SELECT NOT EXISTS (SELECT 1 FROM pg_database d, "
        "aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) AS a "
        "WHERE d.datname = current_database() AND a.grantee = 0)"
    ),
    "Text is folded beyond ASCII": (
        "SELECT lower('É') = 'é' AND to_tsvector('simple', '“é” a—b')::text LIKE '%''é''%'"
    ),
    "The database runs in UTC": "SELECT current_setting('TimeZone') = 'UTC'",
}


@dataclass(frozen=True, slots=True)
class Wall:
    """One wall and whether it stands."""

    name: str
    stands: bool


def walls() -> list[Wall]:
    """Every wall with its answer."""
    found = []
    with platform(), connection.cursor() as cursor:
        for name, question in _QUESTIONS.items():
            cursor.execute(question)
            row = cursor.fetchone()
            found.append(Wall(name, bool(row and row[0])))
    return found
