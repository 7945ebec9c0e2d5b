"""Each wall of the database taken away: what it stopped goes through, and the question about it says so.

Ways out that the standing walls refuse are test_role_wall.py.
"""

from collections.abc import Iterator

import psycopg
import pytest
from django.core.checks import Info, Warning
from django.db import DatabaseError

from tenants import checks
from tenants.models import Workspace
from tenants.schema import walls
from tests.isolation.databases import superuser


@pytest.fixture
def root() -> Iterator[psycopg.Connection]:
    """A superuser in this worker's database; nothing it does stays."""
    with psycopg.connect(superuser()) as conn:
        yield conn
        conn.rollback()


READ = "SET LOCAL ROLE {ours}; SELECT email FROM {theirs}.accounts_user"
"""What every fallen wall of the roles lets through."""

BROKEN: dict[str, tuple[str, str]] = {
    "set_config is closed to workspaces": (
        "GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO PUBLIC",
        "SET LOCAL ROLE {ours}; SELECT set_config('work_mem', '5MB', true)",
    ),
    "plpgsql is closed to workspaces": (
        "GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC",
        "SET LOCAL ROLE {ours}; DO 'BEGIN PERFORM 1; END'",
    ),
    "Temporary tables are closed to workspaces": (
        'GRANT TEMP ON DATABASE "{database}" TO PUBLIC',
        "SET LOCAL ROLE {ours}; CREATE TEMP TABLE accounts_user (id int)",
    ),
    "Large objects are closed to workspaces": (
        "GRANT EXECUTE ON FUNCTION pg_catalog.lo_create(oid) TO PUBLIC",
        "SET LOCAL ROLE {ours}; SELECT lo_create(0)",
    ),
    "Nobody signs in to the database as a workspace": (
        "ALTER ROLE {ours} SUPERUSER",
        READ,
    ),
    "No workspace’s role is a member of another role": ("GRANT {theirs} TO {ours} WITH INHERIT TRUE", READ),
    "Each workspace’s role has rights in its own schema only": (
        "GRANT USAGE ON SCHEMA {theirs} TO PUBLIC; GRANT SELECT ON {theirs}.accounts_user TO PUBLIC",
        READ,
    ),
    "Only the platform reads the platform’s tables": (
        "GRANT USAGE ON SCHEMA public TO PUBLIC; GRANT SELECT ON public.tenants_workspace TO PUBLIC",
        "SET LOCAL ROLE {ours}; SELECT name FROM public.tenants_workspace",
    ),
    "Only the owner writes what the owner runs": (
        "GRANT UPDATE ON public.tenants_schematemplate TO marque_platform",
        "SET LOCAL ROLE marque_platform; UPDATE public.tenants_schematemplate SET statements = '[]'",
    ),
    "The owner of the tables is no superuser": (
        "ALTER ROLE marque_owner SUPERUSER",
        "SET LOCAL ROLE marque_owner; SELECT pg_read_file('PG_VERSION')",
    ),
    "Nothing in the database reaches out of it": (
        "CREATE FOREIGN DATA WRAPPER out; GRANT USAGE ON FOREIGN DATA WRAPPER out TO {ours};"
        'GRANT CREATE ON DATABASE "{database}" TO {ours}',
        "SET LOCAL ROLE {ours}; CREATE SERVER there FOREIGN DATA WRAPPER out",
    ),
    "No function runs with its maker’s rights": (
        "CREATE FUNCTION {ours}.peek() RETURNS SETOF text SECURITY DEFINER LANGUAGE sql "
        "AS 'SELECT email FROM {theirs}.accounts_user'; GRANT EXECUTE ON FUNCTION {ours}.peek() TO PUBLIC",
        "SET LOCAL ROLE {ours}; SELECT {ours}.peek()",
    ),
    "The database runs in UTC": ("SET LOCAL timezone = 'Asia/Tokyo'", "SELECT 1"),
}
"""Each wall with what takes it away, and what then goes through; all of it is rolled back."""

ELSEWHERE = {
    "The web login is no superuser and inherits nothing": "asked of the session itself; test_walls.py",
    "Text is folded beyond ASCII": "a locale is chosen once; tests/tenants/test_cluster.py",
}


def test_every_wall_has_its_fall() -> None:
    assert {*BROKEN, *ELSEWHERE} == set(walls._WALLS)


@pytest.mark.parametrize("name", BROKEN)
def test_without_the_wall_it_goes_through_and_is_told(
    root: psycopg.Connection, alice_ws: Workspace, mallory_ws: Workspace, name: str
) -> None:
    question = walls._WALLS[name][2]
    names = {"ours": alice_ws.schema, "theirs": mallory_ws.schema, "database": root.info.dbname}
    broken, attack = (text.format(**names) for text in BROKEN[name])
    assert root.execute(question.encode()).fetchone() == (True,)
    if "ROLE" in attack:
        with pytest.raises(psycopg.Error), root.transaction():
            root.execute(attack.encode())
    root.execute(broken.encode())
    assert root.execute(question.encode()).fetchone() == (False,)
    root.execute(attack.encode())


class TestDeployCheck:
    def test_it_works(self, db: None) -> None:
        assert checks.check_walls() == []

    def test_a_wall_that_is_down_is_told(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(walls._WALLS, "A wall", ("Something.", "Build it again.", "SELECT false"))
        assert checks.check_walls() == [
            Warning(
                "A wall between workspaces is down: “A wall”. Something.",
                hint="Build it again.",
                id="tenants.W001",
            )
        ]

    def test_without_a_database_it_says_so_and_goes_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def gone() -> None:
            raise DatabaseError("connection refused")

        monkeypatch.setattr(checks, "walls", gone)
        [said] = checks.check_walls()
        assert isinstance(said, Info)
        assert said.id == "tenants.I001"

    def test_it_is_asked_at_deploy_only(self) -> None:
        from django.core.checks.registry import registry

        assert checks.check_walls in registry.get_checks(include_deployment_checks=True)
        assert checks.check_walls not in registry.get_checks()
