"""A schema that a workspace has left, or that is broken, is dropped, and never becomes a spare again."""

import threading
from collections.abc import Callable

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from structlog.testing import capture_logs

from tenants.context import platform
from tenants.models import SpareSchema, Workspace
from tenants.schema import stock
from tenants.schema.build import drop_schema
from tenants.schema.names import new_schema_name
from tenants.schema.owner import owner_connection
from tenants.schema.template import current_template


@pytest.fixture(params=[stock.DOOMED, stock.BROKEN])
def lost(request: pytest.FixtureRequest, committed: None) -> str:
    """The name of such a schema, which here does not even exist any more."""
    schema = new_schema_name()
    with platform():
        SpareSchema.objects.create(schema=schema, version=request.param)
    return schema


def version_of(schema: str) -> str | None:
    with platform():
        return SpareSchema.objects.filter(schema=schema).values_list("version", flat=True).first()


def test_a_fleet_run_does_not_take_it_in_hand(lost: str) -> None:
    before = version_of(lost)
    held = stock.hold_behind()
    assert (lost in held, version_of(lost)) == (False, before)
    stock.release([*held, lost])
    assert version_of(lost) == before


def test_it_is_dropped(lost: str) -> None:
    stock.discard_outdated()
    assert version_of(lost) is None


@pytest.fixture
def older(committed: None) -> str:
    """A whole spare of the release before, as while an installation is brought up to date."""
    schema = stock.build_spare(current_template())
    with platform():
        SpareSchema.objects.filter(schema=schema).update(version="the-release-before")
    return schema


def while_it_is_claimed(schema: str, act: Callable[[], None]) -> None:
    """Begin `act` while a process of that release takes the spare, and let that commit once `act` waits."""
    waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid')"

    def in_thread() -> None:
        act()
        connections.close_all()

    thread = threading.Thread(target=in_thread)
    with psycopg.connect(settings.OWNER_DSN) as claimer:
        claimer.execute("DELETE FROM public.tenants_spareschema WHERE schema = %s", [schema])
        thread.start()
        with owner_connection() as watcher:
            while thread.is_alive() and watcher.execute(waits).fetchone() != (True,):
                thread.join(0.02)
    thread.join()


def stands(schema: str) -> bool:
    with owner_connection() as owner:
        return owner.execute("SELECT to_regnamespace(%s) IS NOT NULL", [schema]).fetchone() == (True,)


@pytest.mark.parametrize("act", ["of the pool", "by name"])
def test_one_that_is_claimed_meanwhile_is_not_dropped(older: str, act: str) -> None:
    """It is a workspace's from then on, whatever it was when the list was read."""
    while_it_is_claimed(
        older, stock.discard_outdated if act == "of the pool" else lambda: stock.discard(older)
    )
    found = stands(older)
    with owner_connection() as owner:
        drop_schema(owner, older)
    assert found


def test_a_workspaces_schema_is_not_dropped_whatever_a_row_says(
    fresh_workspace: Callable[..., Workspace],
) -> None:
    schema = str(fresh_workspace().schema)
    with platform():
        row = SpareSchema.objects.create(schema=schema, version=stock.BROKEN)
    stock.discard_outdated()
    with platform():
        row.delete()
    assert stands(schema)


def test_one_that_nobody_claims_is_dropped(older: str) -> None:
    stock.discard_outdated()
    assert (stands(older), version_of(older)) == (False, None)


def test_a_role_that_another_database_needs_is_left_and_said(own_database: str) -> None:
    """A copy of the database, such as one that was brought back beside it, has the same roles."""
    with platform():
        schema = SpareSchema.objects.order_by("schema").values_list("schema", flat=True)[0]
    with capture_logs() as said:
        stock.discard(schema)
    assert (stands(schema), version_of(schema)) == (False, None)
    [line] = [one for one in said if one["event"] == "role_left"]
    assert (line["role"], line["log_level"]) == (schema, "warning")
    assert "in database" in line["needed_by"]
    with owner_connection() as owner:
        assert owner.execute("SELECT FROM pg_roles WHERE rolname = %s", [schema]).fetchone() is not None
