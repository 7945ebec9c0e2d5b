"""What a superuser does once per cluster and database before Marque may live there: roles, locale, revokes.
Plain SQL over psycopg, no Django; workspace schemas and their roles are made next door by the owner.

Every function may be run again: what is there already stays as it is. `prepare` does all of it, in
development as by `manage.py prepare_cluster`; `script` writes it down for psql.
"""

from collections.abc import Iterator, Mapping

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import make_conninfo

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


def prepare(dsn_superuser: str, dbname: str, *, template: str = "") -> None:
    """Make the roles, and the database `dbname`, or with `template` a copy of that prepared one."""
    with psycopg.connect(dsn_superuser, autocommit=True) as conn:
        prepare_cluster(conn)
        create_database(conn, dbname, template=template)
        secure_database(conn, dbname)
    with psycopg.connect(make_conninfo(dsn_superuser, dbname=dbname)) as conn:
        secure_catalogue(conn)


def set_passwords(dsn_superuser: str, passwords: Mapping[str, str]) -> None:
    """Give roles their passwords, hashed here, so that no log of the server holds them in clear."""
    with psycopg.connect(dsn_superuser, autocommit=True) as conn:
        for role, password in passwords.items():
            secret = conn.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
            statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
            conn.execute(statement.format(sql.Identifier(role), sql.Literal(secret)))


def script(dbname: str) -> str:
    """All of `prepare` as a script for psql, which asks for the two logins' passwords at its end."""
    return "\n".join(["\\set ON_ERROR_STOP on", *_script(dbname), ""])


def _script(dbname: str) -> Iterator[str]:
    for name, attributes in ROLES.items():
        yield _unless_there(f"CREATE ROLE {name}", table="pg_roles", column="rolname", name=name)
        yield f"ALTER ROLE {name} {attributes};"
    yield from (f"{grant};" for grant in MEMBERSHIPS)
    create = sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(dbname), sql.SQL(LOCALE)).as_string()
    yield _unless_there(create, table="pg_database", column="datname", name=dbname)
    yield from (f"{statement.as_string()};" for statement in _securing(dbname))
    yield f'\\connect "{dbname}"'
    yield from (f"{statement};" for statement in CATALOGUE)
    yield from (f"\\password {name}" for name in (OWNER, WEB))


def _unless_there(statement: str, *, table: str, column: str, name: str) -> str:
    """psql's way to run a statement only if a catalogue does not list the name yet."""
    text = "SELECT {} WHERE NOT EXISTS (SELECT FROM {} WHERE {} = {}) \\gexec"
    parts = (sql.Literal(statement), sql.Identifier(table), sql.Identifier(column), sql.Literal(name))
    return sql.SQL(text).format(*parts).as_string()


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
    for statement in _securing(name):
        conn.execute(statement)


def _securing(name: str) -> Iterator[sql.Composed]:
    names = {"db": name, "owner": OWNER, "web": WEB, "member": MEMBER}
    for statement in DATABASE:
        yield sql.SQL(statement).format(**{key: sql.Identifier(value) for key, value in names.items()})


def secure_catalogue(conn: Connection) -> None:
    """Close what every role may do inside the database `conn` is on; `conn` is a superuser's."""
    for statement in CATALOGUE:
        conn.execute(statement.encode())
