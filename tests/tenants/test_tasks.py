"""Tasks know whose they are, and refuse to run otherwise. The broker and the messages are real."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import transaction
from django.utils import timezone
from redis import Redis

from deploy.celery import app
from tenants import due, tasks
from tenants.context import NoContext, Place, current, platform, workspace
from tenants.models import Reseller, WorkDue, Workspace
from tenants.tasks import SCHEMA_HEADER, WORKSPACE_HEADER, Refused, enqueue, platform_task, workspace_task

ran: list[tuple[str, Any]] = []


@workspace_task("tests.note")
def note(value: Any) -> None:
    ran.append((current().schema, value))


@platform_task("tests.note_platform")
def note_platform(value: Any) -> None:
    ran.append((current().schema, value))


@pytest.fixture(autouse=True)
def _clean(redis: Redis) -> None:
    ran.clear()
    assert current_app.conf.broker_url == app.conf.broker_url


def headers_in(redis: Redis) -> list[tuple[str, str, str]]:
    """Task, schema and workspace of every message that waits in the queue, oldest first."""
    found = []
    for raw in reversed(redis.lrange("celery", 0, -1)):
        headers = json.loads(raw)["headers"]
        found.append((headers["task"], headers.get(SCHEMA_HEADER), headers.get(WORKSPACE_HEADER)))
    return found


def test_every_process_with_django_enqueues_to_our_broker() -> None:
    """Asked in a thread of a fresh process, as a request is; without our app Celery quietly takes amqp."""
    script = (
        "import django, threading; django.setup(); from celery import current_app; "
        "one = threading.Thread(target=lambda: print(current_app.main, current_app.conf.broker_url)); "
        "one.start(); one.join()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == f"marque {app.conf.broker_url}\n"


def test_the_message_carries_the_place_of_the_caller(
    redis: Redis, alice_ws: Workspace, mallory_ws: Workspace, in_commit: Callable[[], Any]
) -> None:
    with in_commit(), platform(), transaction.atomic():
        for row in (alice_ws, mallory_ws):
            with workspace(row):
                enqueue("tests.note", 1)
        assert headers_in(redis) == []
    assert headers_in(redis) == [
        ("tests.note", alice_ws.schema, str(alice_ws.id)),
        ("tests.note", mallory_ws.schema, str(mallory_ws.id)),
    ]


def test_nothing_is_sent_when_the_transaction_rolls_back(
    redis: Redis, in_alice: Place, in_commit: Callable[[], Any]
) -> None:
    with in_commit(), transaction.atomic():
        enqueue("tests.note", 1)
        transaction.set_rollback(True)
    assert headers_in(redis) == []


def test_enqueue_without_a_place_raises(db: None) -> None:
    with pytest.raises(NoContext):
        enqueue("tests.note", 1)


def run(task: Any, value: Any, **headers: str) -> None:
    task.apply(args=(value,), headers=headers, throw=True)


def test_it_runs_in_its_workspace(alice_ws: Workspace) -> None:
    run(note, 1, **{SCHEMA_HEADER: str(alice_ws.schema), WORKSPACE_HEADER: str(alice_ws.id)})
    assert ran == [(alice_ws.schema, 1)]


def test_without_a_header_it_refuses(db: None) -> None:
    with pytest.raises(Refused):
        run(note, 1)
    assert ran == []


def test_a_foreign_pair_of_headers_is_refused(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    with pytest.raises(Refused):
        run(note, 1, **{SCHEMA_HEADER: str(alice_ws.schema), WORKSPACE_HEADER: str(mallory_ws.id)})
    assert ran == []


def test_a_gone_workspace_is_refused(alice_ws: Workspace) -> None:
    gone = "00000000-0000-7000-8000-000000000000"
    with pytest.raises(Refused):
        run(note, 1, **{SCHEMA_HEADER: str(alice_ws.schema), WORKSPACE_HEADER: gone})
    assert ran == []


def test_a_platform_task_refuses_a_workspaces_message(alice_ws: Workspace) -> None:
    run(note_platform, 1)
    with pytest.raises(Refused):
        run(note_platform, 2, **{SCHEMA_HEADER: str(alice_ws.schema), WORKSPACE_HEADER: str(alice_ws.id)})
    assert ran == [("public", 1)]


def test_a_missing_broker_raises_nothing_and_is_counted(
    in_alice: Place, in_commit: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = type(app)("nowhere", broker="redis://127.0.0.1:1/0", set_as_current=False)
    nowhere.conf.broker_transport_options = app.conf.broker_transport_options
    monkeypatch.setattr(tasks, "current_app", nowhere)
    before = tasks.misses
    with in_commit():
        enqueue("tests.note", 1)
    assert tasks.misses == before + 1


def test_due_work_wakes_its_task_once_in_its_workspace(
    redis: Redis, alice_ws: Workspace, in_commit: Callable[[], Any]
) -> None:
    due.register_due("tests.kind", "tests.note")
    forget_hints()
    now = timezone.now()
    with in_commit(), workspace(alice_ws):
        due.note_due("tests.kind", now)
        due.note_due("tests.kind", now)
        due.note_due("tests.kind", now + timedelta(hours=1))
    with platform():
        assert WorkDue.objects.count() == 2
        with in_commit():
            assert due.run_due() == 1
            assert due.run_due() == 0
    assert headers_in(redis) == [("tests.note", alice_ws.schema, str(alice_ws.id))]


@pytest.mark.parametrize("whose", ["workspace", "reseller"])
def test_due_work_of_who_is_suspended_waits(
    redis: Redis, mallory_ws: Workspace, in_commit: Callable[[], Any], whose: str
) -> None:
    due.register_due("tests.kind", "tests.note")
    forget_hints()
    with in_commit(), workspace(mallory_ws):
        due.note_due("tests.kind", timezone.now())
    with platform(), in_commit():
        suspend(mallory_ws, whose=whose)
        assert due.run_due() == 0
        assert WorkDue.objects.count() == 1


def forget_hints() -> None:
    """Those that tests which commit have left; taken back with the test."""
    with platform():
        WorkDue.objects.all().delete()


def suspend(row: Workspace, *, whose: str) -> None:
    if whose == "workspace":
        Workspace.objects.filter(id=row.id).update(state="suspended")
    else:
        Reseller.objects.filter(id=row.reseller_id).update(state="suspended")


@pytest.mark.parametrize("whose", ["workspace", "reseller"])
def test_the_sweep_reaches_every_open_workspace_once_per_round(
    redis: Redis, alice_ws: Workspace, mallory_ws: Workspace, in_commit: Callable[[], Any], whose: str
) -> None:
    with platform():
        suspend(mallory_ws, whose=whose)
        with in_commit():
            for turn in range(due.SLICES):
                due.sweep(turn=turn)
    asked = [schema for task, schema, _ in headers_in(redis) if task == "tenants.sweep_workspace"]
    assert (asked.count(str(alice_ws.schema)), asked.count(str(mallory_ws.schema))) == (1, 0)
    assert len(asked) == len(set(asked))


def test_one_failing_sweeper_does_not_stop_the_others(
    in_alice: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(due, "_sweepers", {"broken": broken, "whole": lambda: ran.append(("swept", 1))})
    due.sweep_workspace()
    assert ran == [("swept", 1)]


def test_a_real_worker_enters_the_place(redis: Redis, fresh_workspace: Callable[..., Workspace]) -> None:
    """The headers survive the wire: a worker process of its own answers into Redis."""
    row = fresh_workspace()
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "tests.tenants.worker_app",
        "worker",
        "-P",
        "solo",
        "-l",
        "WARNING",
    ]
    worker = subprocess.Popen(
        command, env={**os.environ, "PYTHONWARNINGS": "default"}, start_new_session=True
    )
    try:
        with workspace(row):
            enqueue("tests.answer", "key")
        app.send_task("tests.answer", args=("headerless",))
        answer = redis.blpop(["answer"], timeout=30)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(10)
    assert answer == (b"answer", f"key:{row.schema}:owner@fresh.test".encode())
    assert redis.llen("answer") == 0
