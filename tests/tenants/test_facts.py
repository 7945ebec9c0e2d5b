"""Gauges are read inside each workspace and kept outside; storage is one question for all of them."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.accounts.models import User
from tenants import facts, gauges
from tenants.context import NotAWorkspace, Place, platform, workspace
from tenants.gauges import Gauge
from tenants.models import Workspace, WorkspaceFacts
from tests.tenants.console.making import keep_facts

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def _only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gauges of this test alone."""
    monkeypatch.setattr(gauges, "_gauges", {})


def people_here() -> int:
    return int(User.objects.count())


def kept(row: Workspace) -> Any:
    with platform():
        found = WorkspaceFacts.objects.filter(workspace=row).first()
    return found.values if found else None


def grow_old(row: Workspace, **values: Any) -> None:
    keep_facts(row, gathered_at=timezone.now() - facts.AGE - timedelta(seconds=1), **values)


class TestGather:
    def test_it_works(self, alice_ws: Workspace, mallory_ws: Workspace) -> None:
        gauges.register(Gauge(key="people", read=people_here))
        for row in (alice_ws, mallory_ws):
            with workspace(row):
                facts.gather()
        assert (kept(alice_ws), kept(mallory_ws)) == ({"people": 3}, {"people": 1})

    def test_it_is_not_done_again_at_once(self, alice_ws: Workspace) -> None:
        turns = count(1)
        gauges.register(Gauge(key="turns", read=lambda: next(turns)))
        for _ in range(3):
            with workspace(alice_ws):
                facts.gather()
        assert (kept(alice_ws), next(turns)) == ({"turns": 1}, 2)

    @pytest.mark.parametrize(("days", "reads"), [(0, 1), (2, 0)])
    def test_on_its_first_day_it_is_done_sooner(self, alice_ws: Workspace, days: int, reads: int) -> None:
        now = timezone.now()
        keep_facts(alice_ws, gathered_at=now - facts.AGE_AT_FIRST - timedelta(seconds=1))
        with platform():
            Workspace.objects.filter(id=alice_ws.id).update(created_at=now - timedelta(days=days))
        gauges.register(Gauge(key="turns", read=lambda: 1))
        with workspace(alice_ws):
            facts.gather()
        assert kept(alice_ws) == ({"turns": 1} if reads else {})

    def test_what_others_keep_there_stays(self, alice_ws: Workspace) -> None:
        grow_old(alice_ws, storage=7, people=9)
        gauges.register(Gauge(key="people", read=lambda: 3))
        with workspace(alice_ws):
            facts.gather()
        assert kept(alice_ws) == {"storage": 7, "people": 3}

    def test_a_gauge_that_fails_keeps_its_value_and_stops_no_other(self, alice_ws: Workspace) -> None:
        def broken() -> int:
            raise ValueError("CANARY")

        grow_old(alice_ws, a=1, b=1)
        gauges.register(Gauge(key="a", read=broken))
        gauges.register(Gauge(key="b", read=lambda: 2))
        with workspace(alice_ws):
            facts.gather()
        assert kept(alice_ws) == {"a": 1, "b": 2}

    @pytest.mark.parametrize(("now", "wanted"), [("2026-01-01", "2026-03-01"), ("2026-05-01", "2026-05-01")])
    def test_a_merge_joins_old_and_new(self, alice_ws: Workspace, now: str, wanted: str) -> None:
        grow_old(alice_ws, seen="2026-03-01")
        gauges.register(Gauge(key="seen", read=lambda: now, merge=gauges.newest))
        with workspace(alice_ws):
            facts.gather()
        assert kept(alice_ws) == {"seen": wanted}

    def test_the_platform_has_no_figures(self, on_platform: Place) -> None:
        with pytest.raises(NotAWorkspace):
            facts.gather()

    def test_it_is_swept_with_the_workspace(self) -> None:
        from tenants import due

        assert due._sweepers["tenants.facts"] == facts.gather


class TestStorage:
    def test_it_works(self, alice_ws: Workspace, mallory_ws: Workspace) -> None:
        """Equal to what Postgres says of each relation, but for what it has not counted yet."""
        for row in (alice_ws, mallory_ws):
            keep_facts(row, seats=1)
        with platform():
            facts.measure_storage()
            wanted = {row.id: pages_of(row) * 8192 for row in (alice_ws, mallory_ws)}
        assert {row.id: kept(row)["storage"] for row in (alice_ws, mallory_ws)} == wanted
        assert min(wanted.values()) > 100_000
        assert kept(alice_ws)["seats"] == 1

    def test_files_count_too(self, alice_ws: Workspace) -> None:
        """They stand outside Postgres; a gauge says how much they take."""
        keep_facts(alice_ws, files=5_000_000)
        with platform():
            facts.measure_storage()
            wanted = pages_of(alice_ws) * 8192 + 5_000_000
            assert facts.measure_storage() == 0
        assert (kept(alice_ws)["storage"], kept(alice_ws)["files"]) == (wanted, 5_000_000)

    def test_one_question_for_all_and_again_nothing_changes(self, alice_ws: Workspace) -> None:
        keep_facts(alice_ws)
        with platform(), CaptureQueriesContext(connection) as asked:
            changed = [facts.measure_storage(), facts.measure_storage()]
        assert (changed, len(asked)) == ([1, 0], 2)

    def test_who_has_no_figures_gets_none(self, alice_ws: Workspace) -> None:
        with platform():
            assert facts.measure_storage() == 0
        assert kept(alice_ws) is None


def pages_of(row: Workspace) -> int:
    """Tables, their indexes and what they keep aside, counted one by one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relpages, c.reltoastrelid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = %s::text AND c.relkind IN ('r', 'i', 'm')",
            [row.schema],
        )
        found = cursor.fetchall()
        aside = [oid for _, oid in found if oid]
        cursor.execute("SELECT sum(relpages) FROM pg_class WHERE oid = ANY(%s::oid[])", [aside])
        return int(sum(pages for pages, _ in found) + (cursor.fetchone() or [0])[0])
