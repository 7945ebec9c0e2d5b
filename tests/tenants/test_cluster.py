"""The once-per-cluster set-up, read back from a real catalogue and tried from a workspace's role."""

from collections.abc import Iterator

import psycopg
import pytest

from deploy.dev.postgres import THROWAWAY, EmbeddedPostgres
from tenants.schema.cluster import prepare

REFUSED = {
    "select set_config('a.b', 'c', false)": "permission denied for function set_config",
    "do $$ begin end $$": "permission denied for language plpgsql",
    "select lo_create(0)": "permission denied for function lo_create",
    "select lo_creat(-1)": "permission denied for function lo_creat",
    "select lo_from_bytea(0, '')": "permission denied for function lo_from_bytea",
    "create temp table shadow ()": 'permission denied to create temporary tables in database "{db}"',
    "create table public.planted ()": "permission denied for schema public",
    "create schema planted": "permission denied for database {db}",
    "create role planted": "permission denied to create role",
    "set role marque_owner": 'permission denied to set role "marque_owner"',
    "set role postgres": 'permission denied to set role "postgres"',
}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("cluster") / "postgres", settings=THROWAWAY)
    server.start()
    prepare(server.dsn(), "one")
    prepare(server.dsn(), "one")
    prepare(server.dsn(), "copy", template="one")
    with psycopg.connect(server.dsn("marque_owner", "one"), autocommit=True) as owner:
        owner.execute("CREATE ROLE w_one NOLOGIN NOINHERIT IN ROLE marque_member")
        owner.execute("GRANT w_one TO marque_web WITH INHERIT FALSE, SET TRUE")
        owner.execute("CREATE SCHEMA w_one")
        owner.execute("CREATE TABLE public.facts (fact text)")
    yield server
    server.destroy()


def test_the_roles(cluster: EmbeddedPostgres) -> None:
    with psycopg.connect(cluster.dsn()) as conn:
        roles = conn.execute(
            "SELECT rolname, rolcanlogin, rolinherit, rolcreaterole, rolcreatedb, rolsuper FROM pg_roles "
            "WHERE rolname LIKE 'marque%' ORDER BY 1"
        ).fetchall()
    assert roles == [
        ("marque_member", False, True, False, False, False),
        ("marque_owner", True, True, True, False, False),
        ("marque_platform", False, True, False, False, False),
        ("marque_web", True, False, False, False, False),
    ]


@pytest.mark.parametrize("database", ["one", "copy"])
def test_the_text_rules(cluster: EmbeddedPostgres, database: str) -> None:
    with psycopg.connect(cluster.dsn("marque_web", database)) as conn:
        row = conn.execute(
            "SELECT to_tsvector('simple', '“é” a—b')::text, lower('É'), 'é' ILIKE 'É', "
            "current_setting('timezone')"
        ).fetchone()
    assert row == ("'a':2 'b':3 'é':1", "é", True, "UTC")


@pytest.mark.parametrize("statement", REFUSED)
@pytest.mark.parametrize("database", ["one", "copy"])
def test_what_a_workspaces_role_may_not(cluster: EmbeddedPostgres, database: str, statement: str) -> None:
    with psycopg.connect(cluster.dsn("marque_web", database), autocommit=True) as conn:
        conn.execute("SET ROLE w_one")
        with pytest.raises(psycopg.errors.InsufficientPrivilege) as refusal:
            conn.execute(statement.encode())
    assert refusal.value.diag.message_primary == REFUSED[statement].format(db=database)


def test_only_the_platforms_role_reads_public(cluster: EmbeddedPostgres) -> None:
    with psycopg.connect(cluster.dsn("marque_web", "one"), autocommit=True) as conn:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("SELECT fact FROM public.facts")
        conn.execute("SET ROLE marque_platform")
        assert conn.execute("SELECT fact FROM public.facts").fetchall() == []


def test_only_known_logins_connect(cluster: EmbeddedPostgres) -> None:
    with psycopg.connect(cluster.dsn(), autocommit=True) as conn:
        conn.execute("CREATE ROLE stranger LOGIN")
    with pytest.raises(psycopg.OperationalError) as refusal:
        psycopg.connect(cluster.dsn("stranger", "one"))
    assert "permission denied for database" in str(refusal.value)
