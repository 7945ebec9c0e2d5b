"""Data moves in the background, once per workspace that had any before the release, and is not forgotten."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone
from redis import Redis

from core.contacts.models import Contact
from tenants.context import current, platform, workspace
from tenants.db.alone import alone
from tenants.jobs import move_data
from tenants.models import DataRun, Workspace
from tenants.schema.fleet import moving
from tenants.schema.owner import as_owner, owner_connection
from tenants.tasks import SCHEMA_HEADER, workspace_task
from tests.tenants.schema.fleet.runs import everything, run
from tests.tenants.schema.release import TASK, next_release, released

moved: list[str] = []
broken: list[str] = []
slow: list[Callable[[], None]] = []
"""What happens while the task is at it."""


@workspace_task(TASK)
def fill_nickname() -> None:
    if current().schema in broken:
        raise ZeroDivisionError("no such luck")
    for meanwhile in slow:
        meanwhile()
    moved.append(current().schema)
    Contact.objects.update(title="moved")


pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture(autouse=True)
def _clean(redis: Redis) -> Iterator[None]:
    moved.clear()
    yield
    broken.clear()
    slow.clear()


def messages(redis: Redis) -> list[tuple[str, str, list[object]]]:
    """Task, schema and arguments of what waits in the queue, by schema."""
    found = []
    for raw in redis.lrange("celery", 0, -1):
        message = json.loads(raw)
        [args, *_] = json.loads(__import__("base64").b64decode(message["body"]))
        found.append((message["headers"]["task"], message["headers"][SCHEMA_HEADER], args))
    return sorted(found)


def states() -> list[tuple[str, str, str, int]]:
    with platform():
        rows = DataRun.objects.order_by("workspace_id").select_related("workspace")
        return [(row.workspace.name, row.state, row.error, row.attempts) for row in rows]


def late() -> None:
    with platform():
        DataRun.objects.update(noted_at=timezone.now() - moving.LATE - timedelta(seconds=1))


def sweep() -> int:
    with platform():
        return moving.sweep()


def test_it_works(redis: Redis) -> None:
    """Each workspace is noted and woken once, none for the spares; the task runs in it and is settled."""
    first, second = everything()
    with workspace(first):
        Contact.objects.create(name="Nora")
    with released(next_release()):
        report = run()
    assert report.data == {"waiting": 2}
    schemas = sorted(row.schema or "" for row in (first, second))
    assert messages(redis) == [("tenants.move_data", schema, [TASK]) for schema in schemas]
    with workspace(first):
        move_data(TASK)
        assert Contact.objects.get(name="Nora").title == "moved"
        move_data(TASK)  # a message that came twice
    assert moved == [first.schema]
    assert states() == [(first.name, "done", "", 1), (second.name, "waiting", "", 0)]
    assert moving.open_counts() == {"waiting": 1}


def test_one_that_fails_is_tried_again_some_times(redis: Redis) -> None:
    first, second = everything()
    with released(next_release()):
        run()
    broken.append(first.schema or "")
    with workspace(second):
        move_data(TASK)
    for tried in range(1, moving.TRIES + 1):
        with workspace(first):
            move_data(TASK)
        assert states()[0] == (first.name, "failed", "ZeroDivisionError: no such luck", tried)
        assert sweep() == 0  # it was touched just now
        redis.flushdb()
        late()
        assert sweep() == (1 if tried < moving.TRIES else 0)
    broken.clear()
    with workspace(first):
        move_data(TASK)
    assert states() == [(first.name, "done", "", moving.TRIES + 1), (second.name, "done", "", 1)]


def test_one_that_takes_long_is_not_begun_twice(redis: Redis) -> None:
    """The sweep wakes it again while it runs, and that finds it busy; other workspaces go on."""
    first, second = everything()
    with released(next_release()):
        run()
    again: list[object] = []

    def meanwhile() -> None:
        slow.clear()
        late()
        again.extend([sweep(), moving.move(TASK)])
        with workspace(second):
            again.append(moving.move(TASK))

    slow.append(meanwhile)
    with workspace(first):
        assert moving.move(TASK) is True
    assert again == [2, False, True]
    assert moved == [second.schema, first.schema]
    assert states() == [(first.name, "done", "", 1), (second.name, "done", "", 1)]
    with workspace(first), alone("data_run", TASK) as free:
        assert free


def test_the_sweep_wakes_what_was_missed(redis: Redis) -> None:
    first, second = everything()
    with released(next_release()):
        run()
    redis.flushdb()
    assert (sweep(), messages(redis)) == (0, [])
    late()
    assert sweep() == 2
    schemas = sorted(row.schema or "" for row in (first, second))
    assert messages(redis) == [("tenants.move_data", schema, [TASK]) for schema in schemas]


def test_it_waits_until_the_schema_has_its_step(redis: Redis) -> None:
    """Noted before the schema is migrated, it must not run before, and is run when the next try went well."""
    first, second = everything()
    with owner_connection() as owner, released(next_release()):
        with owner.transaction():
            owner.execute(f"LOCK TABLE {second.schema}.contacts_contact IN ACCESS SHARE MODE".encode())
            run()
        assert [name for _, name, _ in messages(redis)] == [first.schema]
        with workspace(second):
            move_data(TASK)
        assert (moved, states()[1]) == ([], (second.name, "waiting", "", 0))
        run()
        with workspace(second):
            move_data(TASK)
    assert (moved, states()[1]) == ([second.schema], (second.name, "done", "", 1))


def test_a_worker_of_an_older_release_leaves_it_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = everything()
    with released(next_release()):
        run()
    monkeypatch.delitem(current_app.tasks, TASK)
    with workspace(first):
        move_data(TASK)
    assert states() == [(first.name, "waiting", "", 0), (second.name, "waiting", "", 0)]


def test_without_a_stored_step_it_is_noted_too(
    redis: Redis, more_workspaces: Callable[[int], list[Workspace]]
) -> None:
    from tenants.models import FleetStep

    [late_one] = more_workspaces(1)
    with platform():
        Workspace.objects.filter(id=late_one.id).update(schema=None, state="building")
    with released(next_release()):
        run()
        with as_owner(), platform():
            FleetStep.objects.all().delete()
        with platform():
            Workspace.objects.filter(id=late_one.id).update(schema=late_one.schema, state="active")
        redis.flushdb()
        run()
    assert messages(redis) == [("tenants.move_data", late_one.schema, [TASK])]
    with workspace(late_one):
        move_data(TASK)
    assert moved == [late_one.schema]
