"""Append-only tables take rows and give them back, and no role of a page or a task changes one of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, migrations, models, transaction
from django.db.utils import ProgrammingError

from tenants.context import Place, platform, workspace
from tenants.ids import uuid7
from tenants.models import SpareSchema
from tenants.schema import stock
from tenants.schema.owner import owner_connection
from tests.tenants.schema.fleet.runs import everything, run
from tests.tenants.schema.release import add_field, chain, released

TABLE = "contacts_ledger"
CHANGES = [f"UPDATE {TABLE} SET word = 'b'", f"DELETE FROM {TABLE}", f"TRUNCATE {TABLE}"]


def ledger() -> Any:
    key = models.UUIDField(primary_key=True, default=uuid7)
    return migrations.CreateModel("Ledger", [("id", key), ("word", models.CharField(max_length=20))])


@pytest.fixture
def append_only(own_database: str, settings: Any) -> None:
    settings.APPEND_ONLY_TABLES = (*settings.APPEND_ONLY_TABLES, TABLE)


def assert_only_grows(enter: Callable[[], Any]) -> None:
    """Where `enter` leads, rows are added and read, and every change of one is refused."""
    with enter(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} (id, word) VALUES (gen_random_uuid(), 'a')")
        for change in CHANGES:
            with pytest.raises(ProgrammingError, match=f"permission denied for table {TABLE}"):
                cursor.execute(change)
        cursor.execute(f"SELECT DISTINCT word FROM {TABLE}")
        assert cursor.fetchall() == [("a",)]


def test_it_works_in_every_schema_and_after_the_next_release(append_only: None) -> None:
    release = chain(("9001_ledger", [ledger()], True), ("9002_nickname", [add_field()], True))
    for upto in (1, 2):
        with released(release[:upto]):
            assert run().faults == []
            for row in everything():
                assert_only_grows(lambda row=row: workspace(row))  # type: ignore[misc]
    with released(release):
        with platform():
            before = set(SpareSchema.objects.values_list("schema", flat=True))
        stock.fill(size=len(before) + 1)
        with platform():
            [built] = set(SpareSchema.objects.values_list("schema", flat=True)) - before
        assert_only_grows(lambda: workspace(Place(built, built)))


def test_it_works_on_the_platform(append_only: None) -> None:
    """A table of `public` gets all rights by default, and the next run takes them away."""
    with owner_connection() as owner:
        owner.execute(f"CREATE TABLE public.{TABLE} (id uuid PRIMARY KEY, word text)".encode())
    with platform(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CHANGES[0])
    run()
    assert_only_grows(platform)


def test_the_settings_name_them(settings: Any) -> None:
    assert settings.APPEND_ONLY_TABLES == (
        "timeline_auditentry",
        "timeline_pendingentry",
        "forms_consent",
    )
