"""The recorded steps of a set-up: one runner a step, attempts counted, failures tried again with pauses."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from core.accounts.models import User
from tenants import onboarding, provisioning, setup
from tenants.context import platform, workspace
from tenants.ids import uuid7
from tenants.models import Reseller, SetupStep, StarterTemplate, Workspace
from tenants.onboarding import Step
from tenants.schema import stock


def claim(*, starter: StarterTemplate | None = None) -> Workspace:
    with platform():
        reseller = Reseller.objects.get(slug="rosa")
    host = f"new-{uuid7().hex[-12:]}.test"
    return provisioning.claim(
        reseller=reseller, name="New", host=host, owner_email="o@new.test", starter=starter
    )


def use(monkeypatch: pytest.MonkeyPatch, *steps: Step) -> None:
    monkeypatch.setattr(onboarding, "_steps", {step.key: step for step in steps})


def recorded(row: Workspace) -> list[tuple[str, str, int, str]]:
    with platform():
        rows = SetupStep.objects.filter(workspace=row).order_by("id")
        return list(rows.values_list("key", "state", "attempts", "error"))


def test_an_effect_and_its_record_stand_or_fall_together(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(row: Workspace) -> None:
        User.objects.create(email="half@new.test", role="agent")
        raise ValidationError("The plan is full. Choose a larger one.")

    use(monkeypatch, Step("half", "Half", half))
    row = claim()
    assert not setup.set_up(row)
    assert recorded(row) == [("half", "failed", 1, "In words: The plan is full. Choose a larger one.")]
    with workspace(row):
        assert [user.email for user in User.objects.all()] == ["o@new.test"]


def test_two_runners_never_run_one_step_at_once(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end = threading.Event(), threading.Event()
    runs: list[str] = []

    def slow(row: Workspace) -> None:
        runs.append("slow")
        begun.set()
        assert may_end.wait(10)

    use(monkeypatch, Step("slow", "Slow", slow), Step("next", "Next", lambda row: runs.append("next")))
    stock.fill(size=1)
    row = claim()

    def first() -> bool:
        try:
            return setup.set_up(row)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        opened = threads.submit(first)
        assert begun.wait(10)
        assert not setup.set_up(row)  # the second runner finds it taken, and waits for nothing
        assert provisioning.finish_waiting() == 0
        may_end.set()
        assert opened.result(10)
    assert runs == ["slow", "next"]
    assert recorded(row) == [("slow", "done", 1, ""), ("next", "done", 1, "")]


def test_the_sweep_waits_longer_each_time(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def broken(row: Workspace) -> None:
        calls.append(1)
        raise ZeroDivisionError("broken")

    use(monkeypatch, Step("broken", "Broken", broken))
    row = claim()
    pauses = []
    for number in range(1, 8):
        setup.set_up(row)
        with platform():
            record = SetupStep.objects.get(workspace=row)
        assert (record.attempts, len(calls)) == (number, number)
        due = setup.due_again(record)
        assert due is not None
        assert record.finished_at is not None
        pauses.append(int((due - record.finished_at).total_seconds()))
    assert pauses == [60, 120, 300, 900, 3600, 3600, 3600]
    provisioning.finish_waiting()
    assert len(calls) == 7
    with platform():
        SetupStep.objects.update(finished_at=timezone.now() - timedelta(seconds=3601))
    provisioning.finish_waiting()
    assert len(calls) == 8


def test_try_again_does_not_wait(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    fate = ["broken"]

    def flaky(row: Workspace) -> None:
        if fate:
            raise ZeroDivisionError(fate.pop())

    use(monkeypatch, Step("flaky", "Flaky", flaky))
    row = claim()
    assert not setup.set_up(row)
    assert provisioning.finish_waiting() == 0
    setup.retry(row)
    assert recorded(row) == [("flaky", "pending", 1, "ZeroDivisionError: broken")]
    assert provisioning.finish_waiting() == 1
    assert recorded(row) == [("flaky", "done", 2, "")]


def test_it_opens_only_when_every_step_is_done(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another runner's failure, after this one had looked which steps are left."""
    use(monkeypatch, Step("one", "One", lambda row: None))
    row = claim()
    with platform():
        SetupStep.objects.update(state="done")
    real = setup._open

    def meanwhile(row: Workspace, steps: setup.Steps) -> bool:
        with platform():
            SetupStep.objects.update(state="failed")
        return real(row, steps)

    monkeypatch.setattr(setup, "_open", meanwhile)
    assert not setup.set_up(row)
    with platform():
        row.refresh_from_db()
    assert row.state == "building"


def test_a_step_that_this_release_does_not_know_is_left_out(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, Step("old", "Old", lambda row: None))
    row = claim()
    use(monkeypatch, Step("new", "New", lambda row: None))
    assert setup.set_up(row)
    assert recorded(row) == [("old", "pending", 0, "")]


def test_the_task_goes_on_with_it(db: None) -> None:
    from tenants.jobs import set_up

    row = claim()
    with platform():
        set_up(str(row.id))
        set_up(str(row.id))
        row.refresh_from_db()
    assert row.state == "active"
    assert {(state, attempts) for _, state, attempts, _ in recorded(row)} == {("done", 1)}


def test_begin_wakes_a_worker_after_the_commit(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(setup, "enqueue", lambda name, *args, **options: woken.append(f"{name} {args[0]}"))
    with platform():
        reseller = Reseller.objects.get(slug="rosa")
    row = provisioning.begin(reseller=reseller, name="New", host="begun.test", owner_email="o@new.test")
    assert (row.state, woken) == ("building", [f"tenants.set_up {row.id}"])
