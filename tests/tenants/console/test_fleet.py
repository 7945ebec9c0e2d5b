"""The operators' pages about the fleet: what was written down is shown; a failed set-up is tried again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis import Redis

from core.accounts.models import User
from tenants import audit
from tenants.console import cursors, fleet
from tenants.context import Place, platform
from tenants.models import DataRun, FleetFault, FleetRun, SetupStep, SpareSchema, Workspace
from tenants.schema.fleet.lock import only_one
from tenants.schema.template import migrations_version
from tests import world
from tests.tenants.console.making import a_workspace

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
PAGES = ["/fleet/", "/fleet/faults/", "/fleet/steps/"]


def a_fault(row: Workspace, **columns: Any) -> FleetFault:
    with platform():
        values = {"migration": "contacts.0004_score", "error": "LockNotAvailable", **columns}
        return FleetFault.objects.create(schema=row.schema or "", workspace=row, **values)


def a_failed_step(row: Workspace, **columns: Any) -> SetupStep:
    with platform():
        values = {"key": "invite-owner", "state": "failed", "error": "no relay", "attempts": 3, **columns}
        return SetupStep.objects.create(workspace=row, **values)


class TestOverview:
    def test_versions_are_counted(self, on_platform: Place) -> None:
        for version in ("old", "old", "older"):
            a_workspace(migrated_to=version)
        SpareSchema.objects.create(schema="w_spare1", version="old")
        SpareSchema.objects.create(schema="w_spare2", version="")
        now = migrations_version()
        spares = SpareSchema.objects.filter(version=now).count()
        assert [(one.name, one.workspaces, one.spares, one.is_current) for one in fleet.versions()] == [
            (now, 2, spares, True),
            ("old", 2, 1, False),
            ("older", 1, 0, False),
        ]

    def test_runs(self, client_for: ClientFor, olga: User) -> None:
        now = timezone.now()
        with platform():
            FleetRun.objects.all().delete()
            FleetRun.objects.create(version="v", state="done", phase="all", total=0, finished_at=now)
            FleetRun.objects.create(
                version="v", phase="pool", total=300, done=75, failed=2, started_at=now + timedelta(seconds=1)
            )
        with only_one():
            page = client_for(olga).get("/fleet/")
        shown = [(run.row.phase, run.share, run.is_running, run.level) for run in page.context["runs"]]
        assert shown == [("pool", 25, True, "info"), ("all", 0, False, "success")]
        text = " ".join(page.content.decode().split())
        assert ('hx-trigger="every 2s"' in text, "75 of 300 updated, 2 failed" in text) == (True, True)

    def test_it_says_how_it_stands(self, client_for: ClientFor, olga: User, alice_ws: Workspace) -> None:
        with platform():
            SetupStep.objects.all().delete()
            FleetRun.objects.filter(state="running").delete()
            Workspace.objects.update(migrated_to=migrations_version())
        client = client_for(olga)
        assert client.get("/fleet/").context["standing"].says == "All 2 workspaces have this release"
        with platform():
            Workspace.objects.filter(id=alice_ws.id).update(migrated_to="old")
        assert client.get("/fleet/").context["standing"].says == "1 of 2 workspaces is behind this release"
        a_fault(alice_ws)
        assert client.get("/fleet/").context["standing"].says == "1 update failed"

    def test_one_that_was_killed_is_not_shown_as_running(self, client_for: ClientFor, olga: User) -> None:
        """Nobody holds the lock of runs any more, so nobody will ever write that it has ended."""
        with platform():
            FleetRun.objects.all().delete()
            FleetRun.objects.create(version="v", phase="workspaces", total=300, done=75)
        page = client_for(olga).get("/fleet/")
        [run] = page.context["runs"]
        assert (run.is_running, run.is_killed, run.word, run.level) == (False, True, "Stopped", "warning")
        text = " ".join(page.content.decode().split())
        assert ("every 2s" in text, "Running" in text, "75 of 300" in text) == (False, False, True)
        assert "Run <code>manage.py migrate_fleet</code> again" in text

    def test_the_lock_is_looked_at_only_when_needed(self, on_platform: Place) -> None:
        FleetRun.objects.all().delete()
        for state, questions in (("done", 1), ("running", 2)):
            FleetRun.objects.create(version="v", state=state)
            with CaptureQueriesContext(connection) as captured:
                fleet.runs()
            assert len(captured) == questions

    def test_a_page_without_a_run_does_not_ask_again(self, client_for: ClientFor, olga: User) -> None:
        with platform():
            FleetRun.objects.all().delete()
        text = client_for(olga).get("/fleet/").content.decode()
        assert ("every 2s" in text, "No update has run yet." in text) == (False, True)

    def test_the_live_part_comes_alone(self, client_for: ClientFor, olga: User) -> None:
        part = client_for(olga).get("/fleet/?live").content.decode()
        assert ("<html" in part, 'id="fleet-live"' in part, 'id="standing"' in part) == (False, True, True)

    def test_data_that_is_moved(self, on_platform: Place) -> None:
        for state in ("waiting", "waiting", "failed", "done"):
            error = "E" if state == "failed" else ""
            DataRun.objects.create(workspace=a_workspace(), key="m.fill", state=state, error=error)
        DataRun.objects.create(workspace=a_workspace(), key="m.finished", state="done")
        found = [(one.key, one.waiting, one.failed, one.done, one.error, one.share) for one in fleet.moving()]
        assert found == [("m.fill", 2, 1, 1, "E", 25)]


class TestFaults:
    @pytest.mark.parametrize("words", ["", "alice", "ROSA", "0004_score", "locknot"])
    def test_it_works(self, client_for: ClientFor, olga: User, alice_ws: Workspace, words: str) -> None:
        a_fault(alice_ws)
        page = client_for(olga).get(f"/fleet/faults/?q={words}")
        assert ([one.workspace for one in page.context["rows"]], page.context["total"]) == ([alice_ws], 1)
        assert f"/workspaces/{alice_ws.id}/" in page.content.decode()

    def test_one_of_the_template(self, client_for: ClientFor, olga: User) -> None:
        with platform():
            FleetFault.objects.create(schema="template", migration="m", error="E")
        page = client_for(olga).get("/fleet/faults/").content.decode()
        assert "The template for new workspaces" in page

    def test_pages_follow_each_other(self, on_platform: Place) -> None:
        rows = [a_fault(a_workspace()) for _ in range(5)]
        first = fleet.faults(size=3)
        second = fleet.faults(size=3, after=cursors.read(first.next_cursor, kind=str))
        found = [one.schema for one in (*first.rows, *second.rows)]
        assert (found, second.next_cursor) == (sorted((row.schema for row in rows), reverse=True), "")


class TestFailedSteps:
    @pytest.mark.parametrize("words", ["", "alice", "rosa", "invite", "RELAY"])
    def test_it_works(self, client_for: ClientFor, olga: User, alice_ws: Workspace, words: str) -> None:
        with platform():
            SetupStep.objects.all().delete()
        a_failed_step(alice_ws)
        page = client_for(olga).get(f"/fleet/steps/?q={words}")
        assert [(one.workspace, one.label) for one in page.context["rows"]] == [
            (alice_ws, "Invite the owner")
        ]

    def test_pages_follow_each_other(self, on_platform: Place) -> None:
        rows = [a_failed_step(a_workspace()) for _ in range(5)]
        first = fleet.failed_steps(size=3)
        second = fleet.failed_steps(size=3, after=cursors.read(first.next_cursor, kind=UUID))
        assert [one.id for one in (*first.rows, *second.rows)] == [row.id for row in reversed(rows)]
        assert second.next_cursor == ""

    def test_trying_again_wakes_a_worker_and_is_written_down(
        self,
        client_for: ClientFor,
        olga: User,
        redis: Redis,
        in_commit: Callable[[], Any],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        acts: list[audit.Act] = []
        monkeypatch.setattr(audit, "_recorders", [acts.append])
        row = a_workspace(state="building", name="Slow")
        step = a_failed_step(row)
        with in_commit():
            page = client_for(olga).post(f"/fleet/steps/{step.id}/again/", follow=True)
        assert [str(one) for one in page.context["notices"]] == [
            "Slow is set up again now. Its page shows how far it is."
        ]
        with platform():
            step.refresh_from_db()
        assert (step.state, step.attempts, step.error) == ("pending", 3, "no relay")
        assert redis.llen("celery") == 1
        assert [(act.action, act.target, act.label, dict(act.detail)) for act in acts] == [
            ("workspace.set_up_again", str(row.id), "Slow", {"step": "invite-owner"})
        ]

    def test_one_that_did_not_fail_is_a_404(self, client_for: ClientFor, olga: User) -> None:
        step = a_failed_step(a_workspace(), state="done")
        assert client_for(olga).post(f"/fleet/steps/{step.id}/again/").status_code == 404

    def test_a_link_changes_nothing(self, client_for: ClientFor, olga: User) -> None:
        step = a_failed_step(a_workspace())
        assert client_for(olga).get(f"/fleet/steps/{step.id}/again/").status_code == 405
        with platform():
            step.refresh_from_db()
        assert step.state == "failed"


class TestWhoMaySee:
    @pytest.mark.parametrize("path", [*PAGES, "again"])
    @pytest.mark.parametrize("who", ["rosa", "alice"])
    def test_it_checks_permission(
        self, client_for: ClientFor, request: pytest.FixtureRequest, path: str, who: str
    ) -> None:
        step = a_failed_step(a_workspace())
        path, user = path.replace("again", f"/fleet/steps/{step.id}/again/"), request.getfixturevalue(who)
        assert client_for(user).post(path).status_code == 404
        if who == "rosa":
            at_operators = client_for(user, host=world.PLATFORM_HOST)
            assert at_operators.post(path).headers["Location"].startswith("/account/login/")
        with platform():
            step.refresh_from_db()
        assert step.state == "failed"

    @pytest.mark.parametrize("path", PAGES)
    @pytest.mark.parametrize("query", ["q=%00", "after=nonsense", "after=WzEsMl0", "q=" + "x" * 3000])
    def test_bad_input_is_the_plain_page(
        self, client_for: ClientFor, olga: User, path: str, query: str
    ) -> None:
        page = client_for(olga).get(f"{path}?{query}")
        assert (page.status_code, "<html" in page.content.decode()) == (200, True)

    @pytest.mark.usefixtures("warm")
    @pytest.mark.parametrize(("path", "questions"), list(zip(PAGES, (9, 4, 4), strict=True)))
    def test_more_rows_ask_no_more_questions(
        self, client_for: ClientFor, olga: User, path: str, questions: int
    ) -> None:
        client, counts = client_for(olga), []
        client.get(path)
        for number in (1, 2):
            for _ in range(number):
                row = a_workspace()
                a_fault(row)
                a_failed_step(row)
                with platform():
                    DataRun.objects.create(workspace=row, key=f"m.{row.id}")
                    FleetRun.objects.create(version="v", state="done")
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            counts.append(len(asked))
        assert counts == [questions, questions]
