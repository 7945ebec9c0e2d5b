"""What a superuser does once per cluster and database before Marque may live there: roles, locale, revokes.
Plain SQL over psycopg, no Django; workspace schemas and their roles are made next door by the owner.

Every function may be run again: what is there already stays as it is.
"""

from psycopg import Connection, sql

OWNER = "marque_owner"
WEB = "marque_web"
PLATFORM = "marque_platform"
MEMBER = "marque_member"

ROLES = {
    OWNER: "LOGIN CREATEROLE NOSUPERUSER",
    WEB: "LOGIN NOINHERIT NOSUPERUSER",
    PLATFORM: "NOLOGIN NOSUPERUSER",
    # The one place that says what every workspace's role may do to the cluster (connect, log in): a sharded
    # cluster connects to its nodes as the workspace's role, and then only this role has to change.
    MEMBER: "NOLOGIN NOSUPERUSER",
}

MEMBERSHIPS = (
    f"GRANT {PLATFORM} TO {WEB} WITH INHERIT FALSE, SET TRUE",
    f"GRANT {MEMBER} TO {OWNER} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE",
)

# Both the builtin provider's locale and LC_CTYPE are needed: with either alone lower(), ILIKE and the text
# search parser treat letters beyond ASCII as punctuation.
LOCALE = (
    "TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'PG_UNICODE_FAST' "
    "LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
)

# Stored in the database's own catalogue, so CREATE DATABASE … TEMPLATE copies them.
CATALOGUE = (
    f"ALTER SCHEMA public OWNER TO {OWNER}",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    f"GRANT USAGE ON SCHEMA public TO {PLATFORM}",
    f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public "
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {PLATFORM}",
    f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public "
    f"GRANT USAGE, SELECT ON SEQUENCES TO {PLATFORM}",
    # With set_config or plpgsql a workspace's role could take another one inside a single statement.
    "REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC",
    f"GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO {OWNER}, {WEB}",
    "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC",
    "REVOKE EXECUTE ON FUNCTION pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid), "
    "pg_catalog.lo_from_bytea(oid, bytea) FROM PUBLIC",
)

# Stored beside the database, in the cluster: a copy of the database starts without them.
DATABASE = (
    "ALTER DATABASE {db} OWNER TO {owner}",
    "ALTER DATABASE {db} SET timezone = 'UTC'",  # else Django calls set_config on each connect
    "REVOKE ALL ON DATABASE {db} FROM PUBLIC",  # CONNECT, and TEMP: a temporary table shadows a real one
    "GRANT CONNECT ON DATABASE {db} TO {web}, {member}",
)


def prepare_cluster(conn: Connection) -> None:
    """Make the four roles and their memberships; `conn` is a superuser's, on any database, in autocommit."""
    there = {name for (name,) in conn.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'marque\\_%'")}
    for name, attributes in ROLES.items():
        verb = "ALTER" if name in there else "CREATE"
        conn.execute(f"{verb} ROLE {name} {attributes}".encode())
    for grant in MEMBERSHIPS:
        conn.execute(grant.encode())


def create_database(conn: Connection, name: str, *, template: str = "") -> bool:
    """Create the database `name` and say whether it was new; with `template`, as a copy of that prepared one.

    `conn` is a superuser's, on another database, in autocommit.
    """
    if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return False
    source = sql.SQL("TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL(LOCALE)
    conn.execute(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), source))
    return True


def secure_database(conn: Connection, name: str) -> None:
    """Give the database to the owner, in UTC, closed to PUBLIC; `conn` is a superuser's, anywhere."""
    names = {"db": name, "owner": OWNER, "web": WEB, "member": MEMBER}
    for statement in DATABASE:
        conn.execute(
            sql.SQL(statement).format(**{key: sql.Identifier(value) for key, value in names.items()})
        )


def secure_catalogue(conn: Connection) -> None:
    """Close what every role may do inside the database `conn` is on; `conn` is a superuser's."""
    for statement in CATALOGUE:
        conn.execute(statement.encode())
