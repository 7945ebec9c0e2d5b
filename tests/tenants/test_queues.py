"""What operators see of the queues: asked of the real broker, and of what its workers leave behind."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.accounts.models import User
from deploy import wiring
from deploy.celery import app
from tenants import jobs, marks, queues, tasks
from tenants.context import Place, platform
from tenants.tasks import enqueue

pytestmark = pytest.mark.usefixtures("db", "redis")


def figures() -> list[tuple[str, int, bool]]:
    found = queues.queues()
    assert found is not None
    return [(queue.name, queue.length, queue.is_heard) for queue in found]


def test_every_queue_is_known() -> None:
    routed = {app.amqp.router.route({}, name)["queue"].name for name in app.tasks}
    assert set(queues.QUEUES) >= routed
    beaten = {line["args"][0] for line in wiring.BEAT.values() if line["task"] == "tenants.alive"}
    assert beaten == set(queues.QUEUES)
    for line in wiring.BEAT.values():
        if line["task"] == "tenants.alive":
            assert line["options"].get("queue", "celery") == line["args"][0]


def test_lengths_and_who_waits_longest(in_alice: Place, in_commit: Callable[[], Any]) -> None:
    before = timezone.now()
    with in_commit():
        for value in range(3):
            enqueue("tests.note", value)
    found = queues.queues()
    assert found is not None
    assert [(queue.name, queue.length) for queue in found] == [("celery", 3), ("schema", 0)]
    oldest = found[0].oldest
    assert oldest is not None
    assert before <= oldest <= timezone.now()
    assert found[1].oldest is None


def test_a_beat_message_waits_without_saying_since_when() -> None:
    app.send_task("tenants.run_due")
    found = queues.queues()
    assert found is not None
    assert (found[0].length, found[0].oldest) == (1, None)


def test_whoever_runs_the_task_is_heard(on_platform: Place) -> None:
    assert figures() == [("celery", 0, False), ("schema", 0, False)]
    jobs.alive("schema")
    assert figures() == [("celery", 0, False), ("schema", 0, True)]
    long_ago = timezone.now() - queues.QUIET - timedelta(seconds=1)
    marks.leave("alive:schema", long_ago.isoformat())
    assert figures()[1] == ("schema", 0, False)


def test_without_redis_there_are_no_figures(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert (queues.queues(), queues.missed()) == (None, 0)


def test_what_was_missed_is_told_once_the_broker_is_back(
    in_alice: Place, in_commit: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "misses", 4)
    with in_commit():
        enqueue("tests.note", 1)
        enqueue("tests.note", 2)
    assert (queues.missed(), tasks.misses) == (4, 0)


class TestPage:
    def test_it_works(self, client_for: Callable[..., Client], olga: User) -> None:
        app.send_task("tenants.run_due")
        with platform():
            queues.note_alive("celery")
        text = " ".join(client_for(olga).get("/system/").content.decode().split())
        assert ("1 waiting" in text, "Heard" in text, "No sign yet" in text) == (True, True, True)

    def test_a_dead_worker_is_seen(self, client_for: Callable[..., Client], olga: User) -> None:
        with platform():
            marks.leave("alive:celery", (timezone.now() - timedelta(minutes=5)).isoformat())
        text = client_for(olga).get("/system/").content.decode()
        assert "Nobody listens" in text
