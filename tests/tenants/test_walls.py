"""The second and third wall, attacked from SQL: a workspace's role reaches nothing but its own schema."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction
from psycopg import sql

from core.accounts.models import User
from tenants.context import Place, place_of, platform, workspace
from tenants.db.base import FailedTransaction
from tenants.models import Workspace
from tenants.schema.walls import walls


def refused(statement: str) -> str:
    """The server's answer to `statement`, which must be an error; the transaction goes on."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(error.value).splitlines()[0]


def whoami() -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user::text, current_user::text")
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def test_every_wall_of_the_database_stands(db: None) -> None:
    assert {wall.name: wall.stands for wall in walls()} == {wall.name: True for wall in walls()}
    assert len(walls()) == 15


def test_another_schema_is_closed(in_alice: Place, mallory_ws: Workspace) -> None:
    theirs = mallory_ws.schema
    assert refused(f'SELECT * FROM "{theirs}".accounts_user') == f"permission denied for schema {theirs}"
    assert refused(f'DELETE FROM "{theirs}".accounts_user') == f"permission denied for schema {theirs}"
    assert refused("SELECT * FROM public.tenants_workspace") == "permission denied for schema public"


def test_the_platform_is_closed_to_workspaces_and_the_other_way_round(db: None, alice_ws: Workspace) -> None:
    with workspace(alice_ws):
        assert (
            refused("SET search_path = public; SELECT 1")
            == "cannot insert multiple commands into a prepared statement"
        )
    with platform():
        ours = alice_ws.schema
        assert refused(f'SELECT * FROM "{ours}".accounts_user') == f"permission denied for schema {ours}"


@pytest.mark.parametrize("table", settings.OWNERS_OWN_TABLES)
def test_what_the_owner_goes_by_only_the_owner_writes(on_platform: Place, table: str) -> None:
    """Its rows are SQL that the builder runs with the owner's rights, or say what has been run."""
    key = "version" if table == "tenants_schematemplate" else "id"
    for change in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}", f"TRUNCATE {table}",
                   f"INSERT INTO {table} DEFAULT VALUES"):  # fmt: skip
        assert refused(change) == f"permission denied for table {table}"


def test_the_record_of_migrations_is_among_them() -> None:
    assert settings.OWNERS_OWN_TABLES == ("django_migrations", "tenants_fleetstep", "tenants_schematemplate")


def test_no_second_statement_rides_along(in_alice: Place, mallory_ws: Workspace) -> None:
    assert refused(f'SELECT 1; SET ROLE "{mallory_ws.schema}"') == (
        "cannot insert multiple commands into a prepared statement"
    )
    assert whoami() == ("marque_web", in_alice.role)


def test_without_the_forced_protocol_it_would(in_alice: Place, mallory_ws: Workspace) -> None:
    """The hole that the cursor closes is real: psycopg's own cursor lets it through."""
    whoami()
    with psycopg.Cursor(connection.connection) as plain:
        plain.execute(f'SELECT 1; SET ROLE "{mallory_ws.schema}"'.encode())
    assert whoami() == ("marque_web", mallory_ws.schema)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT set_config('role', 'marque_platform', false)",
        "DO $$ BEGIN EXECUTE 'set role marque_platform'; END $$",
        "CREATE TEMP TABLE accounts_user (id int)",
        "CREATE TABLE mine (id int)",
        "ALTER TABLE accounts_user ADD COLUMN x int",
        "DROP TABLE accounts_user",
        "UPDATE django_migrations SET app = 'x'",
        "SELECT lo_create(0)",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY accounts_user TO PROGRAM 'true'",
        "CREATE ROLE x",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_an_escape_is_refused(in_alice: Place, statement: str) -> None:
    assert refused(statement).startswith(
        ("permission denied", "must be owner", "no schema has been selected")
    )
    assert whoami() == ("marque_web", in_alice.role)


def test_a_server_side_cursor_takes_one_statement_too(in_alice: Place, mallory_ws: Workspace) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(f'SELECT 1; SET ROLE "{mallory_ws.schema}"')
    assert whoami() == ("marque_web", in_alice.role)


def test_iterating_a_large_result_stays_in_its_place(in_alice: Place) -> None:
    assert [user.email for user in User.objects.order_by("email").iterator(chunk_size=1)] == [
        "alice@alice.test",
        "bob@alice.test",
        "charlie@alice.test",
    ]


def test_a_bare_web_login_reads_nothing(alice_ws: Workspace) -> None:
    """NOINHERIT: before SET ROLE the login has no rights at all."""
    params = connections["default"].get_connection_params()
    params.pop("pool", None)
    with psycopg.connect(**params) as bare, pytest.raises(psycopg.errors.InsufficientPrivilege):
        bare.execute(sql.SQL("SELECT * FROM {}.accounts_user").format(sql.Identifier(str(alice_ws.schema))))


def test_a_table_of_a_later_migration_is_covered(fresh_workspace: Any) -> None:
    """Default privileges: the owner adds a table, its workspace may use it and the other may not."""
    ours, theirs = fresh_workspace(), fresh_workspace("rita")
    with psycopg.connect(settings.OWNER_DSN) as owner:
        owner.execute(f'CREATE TABLE "{ours.schema}".later (id int)'.encode())
    with workspace(ours), connection.cursor() as cursor:
        cursor.execute("INSERT INTO later VALUES (1)")
    with workspace(theirs):
        assert (
            refused(f'SELECT * FROM "{ours.schema}".later') == f"permission denied for schema {ours.schema}"
        )


def test_pooled_connections_never_keep_a_place(
    committed: None, alice_ws: Workspace, mallory_ws: Workspace
) -> None:
    """12 threads, random places, rollbacks in between, connections handed from one to the other."""
    places = {place_of(alice_ws): "alice@alice.test", place_of(mallory_ws): "mallory@mallory.test"}
    barrier = threading.Barrier(6)

    def work(number: int) -> list[str]:
        wrong = []
        if number < 6:
            barrier.wait(10)
        for turn in range(25):
            place, email = list(places.items())[(number + turn) % 2]
            with workspace(place):
                if turn % 3 == 0:
                    with transaction.atomic():
                        User.objects.count()
                        transaction.set_rollback(True)
                admins = list(User.objects.filter(role="admin").values_list("email", flat=True))
                wrong += [seen for seen in admins if seen != email]
            if turn % 5 == 0:
                connection.close()
        connection.close()
        return wrong

    with ThreadPoolExecutor(6) as threads:
        assert [wrong for result in threads.map(work, range(12)) for wrong in result] == []


class TestSwallowedFault:
    """A transaction that failed is rolled back whatever the code believes, and its SET ROLE with it."""

    @staticmethod
    def swallow() -> None:
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")

    def test_it_cannot_be_committed(self, committed: None, alice_ws: Workspace) -> None:
        @transaction.atomic
        def half() -> None:
            User.objects.update(name="Half done")
            self.swallow()

        with workspace(alice_ws):
            with pytest.raises(FailedTransaction, match="nothing of it was saved"):
                half()
            assert not User.objects.filter(name="Half done").exists()

    @pytest.mark.parametrize("before", ["mallory", "platform"])
    def test_what_follows_is_in_its_own_place(
        self, committed: None, alice_ws: Workspace, mallory_ws: Workspace, before: str
    ) -> None:
        with platform() if before == "platform" else workspace(mallory_ws):
            User.objects.count()
        with workspace(alice_ws):
            with suppress(FailedTransaction), transaction.atomic():
                User.objects.count()
                self.swallow()
            assert User.objects.filter(email="alice@alice.test").exists()
            assert whoami() == ("marque_web", alice_ws.schema)

    @pytest.mark.parametrize("statement", ["ROLLBACK", "COMMIT", "ROLLBACK AND CHAIN"])
    def test_neither_does_a_rollback_in_sql_move_it(
        self, committed: None, alice_ws: Workspace, mallory_ws: Workspace, statement: str
    ) -> None:
        with workspace(mallory_ws):
            User.objects.count()
        with workspace(alice_ws), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement)
            assert whoami() == ("marque_web", alice_ws.schema)
            assert User.objects.filter(email="alice@alice.test").exists()


@pytest.mark.parametrize(
    ("left", "asked"),
    [
        ("DECLARE kept CURSOR WITH HOLD FOR SELECT email FROM accounts_user", "FETCH ALL FROM kept"),
        ("SET statement_timeout = '1ms'", "SELECT count(*) FROM generate_series(1, 300000)"),
    ],
)
def test_a_pooled_connection_comes_back_empty(
    committed: None, alice_ws: Workspace, mallory_ws: Workspace, left: str, asked: str
) -> None:
    with workspace(alice_ws), connection.cursor() as cursor:
        cursor.execute(left)
        backend = connection.connection.info.backend_pid
    for _ in range(settings.DB_POOL_MAX):  # the same server process, whichever the pool hands out next
        connection.close()
        time.sleep(0.05)  # the pool's own thread takes it back
        with workspace(mallory_ws):
            connection.ensure_connection()
        if connection.connection.info.backend_pid == backend:
            break
    assert connection.connection.info.backend_pid == backend
    with workspace(mallory_ws), connection.cursor() as cursor:
        if asked.startswith("FETCH"):
            with pytest.raises(DatabaseError, match='cursor "kept" does not exist'):
                cursor.execute(asked)
        else:
            cursor.execute(asked)
            assert cursor.fetchone() == (300000,)
