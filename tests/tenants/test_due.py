"""Work that falls due: the hint is only a hint, and what is noted for nobody harms nobody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone
from redis import Redis

from tenants import due, jobs
from tenants.context import NoContext, NotAWorkspace, Place, current, platform, workspace
from tenants.models import WorkDue, Workspace

KIND = "tests.due"


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "_tasks", {})
    monkeypatch.setattr(due, "_sweepers", {})


@pytest.fixture
def nothing_due(db: None) -> None:
    """Without what tests that really commit have left behind."""
    with platform():
        WorkDue.objects.all().delete()


def noted() -> list[tuple[UUID, str]]:
    with platform():
        return list(WorkDue.objects.order_by("due_at").values_list("workspace_id", "kind"))


@pytest.mark.usefixtures("nothing_due")
def test_it_is_noted_only_when_the_workspace_has_committed(
    alice_ws: Workspace, in_commit: Callable[[], Any]
) -> None:
    now = timezone.now()
    with workspace(alice_ws), in_commit():
        with transaction.atomic():
            due.note_due(KIND, now)
            transaction.set_rollback(True)
        due.note_due("tests.kept", now)
        assert noted() == []
    assert noted() == [(alice_ws.id, "tests.kept")]


def test_the_platform_has_no_work_of_that_sort(on_platform: Place) -> None:
    with pytest.raises(NotAWorkspace):
        due.note_due(KIND, timezone.now())


def test_without_a_place_nothing_is_noted() -> None:
    with pytest.raises(NoContext):
        due.note_due(KIND, timezone.now())


def test_a_hint_that_cannot_be_kept_breaks_nothing(committed: None) -> None:
    """The work itself is committed already: the sweep finds it, so its caller must not hear of a failure."""
    gone = UUID("00000000-0000-7000-8000-000000000000")
    due._note("w_gone", workspace_id=gone, kind=KIND, due_at=timezone.now())
    assert [row for row in noted() if row[0] == gone] == []


@pytest.mark.usefixtures("nothing_due")
def test_a_kind_nobody_does_any_more_is_forgotten(
    alice_ws: Workspace, redis: Redis, in_commit: Callable[[], Any]
) -> None:
    with in_commit(), workspace(alice_ws):
        due.note_due("tests.of an older release", timezone.now())
    with platform(), in_commit():
        assert (due.run_due(), due.run_due()) == (1, 0)
    assert redis.llen("celery") == 0


@pytest.mark.usefixtures("nothing_due")
def test_work_of_two_kinds_for_one_task_wakes_it_once(
    alice_ws: Workspace, redis: Redis, in_commit: Callable[[], Any]
) -> None:
    for kind in ("tests.one", "tests.other"):
        due.register_due(kind, "tests.note")
    with in_commit(), workspace(alice_ws):
        for kind in ("tests.one", "tests.other"):
            due.note_due(kind, timezone.now())
    with platform(), in_commit():
        assert due.run_due() == 2
    assert redis.llen("celery") == 1


@pytest.mark.usefixtures("nothing_due")
def test_the_scheduler_does_what_is_due_and_leaves_the_rest(
    alice_ws: Workspace, redis: Redis, in_commit: Callable[[], Any]
) -> None:
    due.register_due(KIND, "tests.note")
    now = timezone.now()
    with in_commit(), workspace(alice_ws):
        due.note_due(KIND, now)
        due.note_due(KIND, now + timedelta(minutes=1))
    with in_commit():
        jobs.run_due.apply(throw=True)
    assert (len(noted()), redis.llen("celery")) == (1, 1)


def test_a_sweep_runs_every_sweeper_in_its_workspace(alice_ws: Workspace) -> None:
    seen: list[tuple[str, str]] = []
    due.register_sweeper("mail", lambda: seen.append(("mail", current().schema)))
    due.register_sweeper("seats", lambda: seen.append(("seats", current().schema)))
    with workspace(alice_ws):
        jobs.sweep_workspace()
    assert seen == [("mail", alice_ws.schema), ("seats", alice_ws.schema)]
