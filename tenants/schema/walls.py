"""Which walls are up in this database: asked of Postgres itself, shown by `manage.py walls`."""

from dataclasses import dataclass

from django.db import connection

from tenants.context import platform

# Per wall: what it protects, what to do when it is down, and what must be true, as one boolean, asked with
# the web login on the platform.
_WALLS = {
    "The web login is no superuser and inherits nothing": (
        "Only by taking one workspace’s role can a page read its data, and never two workspaces’ at once.",
        "Run manage.py prepare_cluster as a superuser: somebody gave marque_web more rights.",
        ("SELECT NOT rolsuper AND NOT rolinherit FROM pg_roles WHERE rolname = session_user"),
    ),
    "set_config is closed to workspaces": (
        "A query that runs for one workspace cannot turn itself into another workspace’s.",
        "Run manage.py prepare_cluster as a superuser; it takes the right back.",
        (
            "SELECT NOT EXISTS (SELECT 1 FROM aclexplode((SELECT proacl FROM pg_proc "
            "WHERE proname = 'set_config' AND pronamespace = 'pg_catalog'::regnamespace)) AS a "
            "WHERE a.grantee = 0)"
        ),
    ),
    "plpgsql is closed to workspaces": (
        "Nobody can leave a program of their own in a workspace’s part of the database.",
        "Run manage.py prepare_cluster as a superuser; it takes the right back.",
        (
            "SELECT NOT EXISTS (SELECT 1 FROM pg_language l, "
            "aclexplode(coalesce(l.lanacl, acldefault('l', l.lanowner))) AS a "
            "WHERE l.lanname = 'plpgsql' AND a.grantee = 0)"
        ),
    ),
    "Temporary tables are closed to workspaces": (
        "Nothing of one workspace stays behind on a connection that the next one uses.",
        "Run manage.py prepare_cluster as a superuser; it takes the right back.",
        (
            "SELECT NOT EXISTS (SELECT 1 FROM pg_database d, "
            "aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) AS a "
            "WHERE d.datname = current_database() AND a.grantee = 0)"
        ),
    ),
    "Text is folded beyond ASCII": (
        "Search finds É by é, and one address cannot be two accounts.",
        "The database was made with another locale. Make a new one with prepare_cluster and copy the data.",
        ("SELECT lower('É') = 'é' AND to_tsvector('simple', '“é” a—b')::text LIKE '%''é''%'"),
    ),
    "The database runs in UTC": (
        "Times are counted the same in every workspace, whatever the server’s clock is set to.",
        "Run ALTER DATABASE … SET timezone TO 'UTC' as a superuser.",
        "SELECT current_setting('TimeZone') = 'UTC'",
    ),
}


@dataclass(frozen=True, slots=True)
class Wall:
    """One wall, what it protects, what to do when it is down, and whether it stands."""

    name: str
    protects: str
    remedy: str
    stands: bool


def walls() -> list[Wall]:
    """Every wall with its answer."""
    found = []
    with platform(), connection.cursor() as cursor:
        for name, (protects, remedy, question) in _WALLS.items():
            cursor.execute(question)
            row = cursor.fetchone()
            found.append(Wall(name, protects, remedy, bool(row and row[0])))
    return found
