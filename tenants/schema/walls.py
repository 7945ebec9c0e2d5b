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
    "Large objects are closed to workspaces": (
        "They stand in no workspace’s part of the database, and whoever knows a number reads one.",
        "Run manage.py prepare_cluster as a superuser; it takes the right back.",
        (
            "SELECT NOT EXISTS (SELECT 1 FROM pg_proc p, "
            "aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a "
            "WHERE p.proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_import') "
            "AND p.pronamespace = 'pg_catalog'::regnamespace AND a.grantee = 0)"
        ),
    ),
    "Nobody signs in to the database as a workspace": (
        "A workspace’s role may change its own password, so it must open nothing from outside.",
        "Run ALTER ROLE … NOLOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS for each role named w_….",
        (
            "SELECT NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname ~ '^(w_[0-9a-z]{4,40}|marque_platform|"
            "marque_member)$' AND (rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls "
            "OR rolreplication))"
        ),
    ),
    "No workspace’s role is a member of another role": (
        "One workspace’s rights are never also another’s, the platform’s or the server’s.",
        "Ask pg_auth_members who was granted to whom, and REVOKE what is not marque_member’s.",
        (
            "SELECT NOT EXISTS (SELECT 1 FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid "
            "JOIN pg_roles w ON w.oid = m.member WHERE CASE "
            "WHEN w.rolname ~ '^w_[0-9a-z]{4,40}$' THEN r.rolname <> 'marque_member' "
            "WHEN w.rolname IN ('marque_platform', 'marque_member') THEN true "
            "WHEN w.rolname = 'marque_web' THEN m.inherit_option OR m.admin_option "
            "OR r.rolname !~ '^(w_[0-9a-z]{4,40}|marque_platform)$' "
            "ELSE r.rolname ~ '^w_[0-9a-z]{4,40}$' AND w.rolname <> 'marque_owner' AND NOT w.rolsuper END)"
        ),
    ),
    "Each workspace’s role has rights in its own schema only": (
        "Reading and writing its own rows is all it can do: no other schema, and no change of structure.",
        "Ask pg_namespace and pg_class for rights of others in that schema, and REVOKE them.",
        (
            "SELECT NOT EXISTS (SELECT 1 FROM pg_namespace n, aclexplode(n.nspacl) a "
            "LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE n.nspname ~ '^w_[0-9a-z]{4,40}$' "
            "AND a.grantee <> n.nspowner "
            "AND (r.rolname IS DISTINCT FROM n.nspname OR a.privilege_type <> 'USAGE')) "
            "AND NOT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, "
            "aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee "
            "WHERE n.nspname ~ '^w_[0-9a-z]{4,40}$' AND c.relacl IS NOT NULL AND a.grantee <> c.relowner "
            "AND (r.rolname IS DISTINCT FROM n.nspname "
            "OR a.privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'USAGE')))"
        ),
    ),
    "Only the platform reads the platform’s tables": (
        "Which clients there are, whose they are and where they are found is nothing a workspace can ask.",
        "Run manage.py prepare_cluster as a superuser, and REVOKE what others were granted in public.",
        (
            "SELECT NOT EXISTS (SELECT 1 FROM pg_namespace n, aclexplode(n.nspacl) a "
            "LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE n.nspname = 'public' "
            "AND a.grantee <> n.nspowner "
            "AND (r.rolname IS DISTINCT FROM 'marque_platform' OR a.privilege_type <> 'USAGE')) "
            "AND NOT EXISTS (SELECT 1 FROM pg_class c, aclexplode(c.relacl) a "
            "LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE c.relnamespace = 'public'::regnamespace "
            "AND c.relacl IS NOT NULL AND a.grantee <> c.relowner "
            "AND r.rolname IS DISTINCT FROM 'marque_platform')"
        ),
    ),
    "Only the owner writes what the owner runs": (
        "A web process in wrong hands cannot have SQL of its own run with the owner’s rights.",
        "Run manage.py migrate; it takes the rights on these tables back.",
        (
            "SELECT NOT EXISTS (SELECT 1 FROM pg_class c, aclexplode(c.relacl) a "
            "WHERE c.relnamespace = 'public'::regnamespace "
            "AND c.relname IN ('tenants_fleetstep', 'tenants_schematemplate') "
            "AND a.grantee <> c.relowner AND a.privilege_type <> 'SELECT')"
        ),
    ),
    "The owner of the tables is no superuser": (
        "The process that builds workspaces cannot read the server’s files or run its programs.",
        "Run manage.py prepare_cluster as a superuser: somebody gave marque_owner more rights.",
        (
            "SELECT NOT rolsuper AND NOT rolbypassrls AND NOT rolreplication FROM pg_roles "
            "WHERE oid = (SELECT datdba FROM pg_database WHERE datname = current_database())"
        ),
    ),
    "Nothing in the database reaches out of it": (
        "No extension, foreign server or language opens other databases, files or programs.",
        "DROP the extension, foreign server or language that Marque did not bring.",
        (
            "SELECT NOT EXISTS (SELECT 1 FROM pg_foreign_data_wrapper) "
            "AND NOT EXISTS (SELECT 1 FROM pg_extension WHERE extname IN "
            "('dblink', 'postgres_fdw', 'file_fdw', 'adminpack', 'lo', 'pg_cron', 'http')) "
            "AND NOT EXISTS (SELECT 1 FROM pg_language WHERE lanname NOT IN "
            "('internal', 'c', 'sql', 'plpgsql'))"
        ),
    ),
    "No function runs with its maker’s rights": (
        "What one workspace calls runs with that workspace’s rights and nobody else’s.",
        "DROP the SECURITY DEFINER function, or make it SECURITY INVOKER.",
        (
            "SELECT NOT EXISTS (SELECT 1 FROM pg_proc WHERE prosecdef "
            "AND pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace))"
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
