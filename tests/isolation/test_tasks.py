"""Every task a worker knows, sent with headers that are missing, foreign, mixed up or of who is gone.

How the headers get onto a message is tests/tenants/test_tasks.py. What a task does with another workspace's
ids under its own true headers is tried here as well: nothing.
"""

import inspect
from typing import Any

import pytest
from django.db import DatabaseError
from redis import Redis

from deploy.celery import app
from tenants.context import platform
from tenants.models import Workspace
from tenants.tasks import SCHEMA_HEADER, WORKSPACE_HEADER, PlatformTask, Refused, WorkspaceTask
from tests.conftest import rolled_back
from tests.isolation.fingerprint import Fingerprint
from tests.isolation.planted import Planted
from tests.isolation.reads import PRODUCT

GONE = "00000000-0000-7000-8000-000000000000"

app.loader.import_default_modules()
OURS = {name: task for name, task in sorted(app.tasks.items()) if name.startswith(PRODUCT)}
IN_A_WORKSPACE = [name for name, task in OURS.items() if isinstance(task, WorkspaceTask)]
ON_THE_PLATFORM = [name for name, task in OURS.items() if isinstance(task, PlatformTask)]


def arguments(name: str, value: str) -> list[str]:
    """As many as the task takes, each of them `value`."""
    return [value for _ in inspect.signature(OURS[name].run).parameters]


def send(name: str, value: str, **headers: str) -> None:
    """Run it as a worker runs a message."""
    OURS[name].apply(args=tuple(arguments(name, value)), headers=headers, throw=True)


def of(row: Workspace) -> dict[str, str]:
    return {SCHEMA_HEADER: str(row.schema), WORKSPACE_HEADER: str(row.id)}


def test_every_task_is_of_one_kind() -> None:
    assert sorted(IN_A_WORKSPACE + ON_THE_PLATFORM) == sorted(OURS)
    assert len(IN_A_WORKSPACE) >= 3
    assert len(ON_THE_PLATFORM) >= 3


HEADERS: dict[str, Any] = {
    "none": lambda a, b: {},
    "the schema alone": lambda a, b: {SCHEMA_HEADER: a.schema},
    "the workspace alone": lambda a, b: {WORKSPACE_HEADER: str(a.id)},
    "our schema, their workspace": lambda a, b: {SCHEMA_HEADER: a.schema, WORKSPACE_HEADER: str(b.id)},
    "their schema, our workspace": lambda a, b: {SCHEMA_HEADER: b.schema, WORKSPACE_HEADER: str(a.id)},
    "the platform": lambda a, b: {SCHEMA_HEADER: "public", WORKSPACE_HEADER: ""},
    "the platform for our workspace": lambda a, b: {SCHEMA_HEADER: "public", WORKSPACE_HEADER: str(a.id)},
    "a workspace that is gone": lambda a, b: {SCHEMA_HEADER: a.schema, WORKSPACE_HEADER: GONE},
}


@pytest.mark.parametrize("headers", HEADERS)
def test_a_workspaces_task_refuses(
    alice_ws: Workspace, mallory_ws: Workspace, theirs: Planted, redis: Redis, headers: str
) -> None:
    id = theirs.id_of("conversations.Conversation")
    for name in IN_A_WORKSPACE:
        with pytest.raises(Refused):
            send(name, id, **HEADERS[headers](alice_ws, mallory_ws))


def test_it_refuses_a_workspace_that_was_deleted(alice_ws: Workspace, redis: Redis) -> None:
    headers = of(alice_ws)
    with platform():
        Workspace.objects.filter(id=alice_ws.id).update(schema=None, state="deleted")
    for name in IN_A_WORKSPACE:
        with pytest.raises(Refused):
            send(name, GONE, **headers)


def test_a_platform_task_refuses_a_workspaces_message(alice_ws: Workspace, redis: Redis) -> None:
    for name in ON_THE_PLATFORM:
        with pytest.raises(Refused):
            send(name, GONE, **of(alice_ws))


@pytest.mark.parametrize("name", IN_A_WORKSPACE)
def test_their_ids_under_our_headers_do_nothing_to_them(
    alice_ws: Workspace,
    mallory_ws: Workspace,
    theirs: Planted,
    their_side: Planted,
    redis: Redis,
    name: str,
) -> None:
    """Whatever the task makes of an id it cannot find, the other side is as it was."""
    watch = Fingerprint(mallory_ws, their_side)
    before = watch.look()
    for id in sorted({*theirs.kinds.values(), *their_side.kinds.values()}):
        with platform(), rolled_back():
            try:
                send(name, id, **of(alice_ws))
            except (DatabaseError, ValueError, LookupError, TypeError):
                continue  # an id it cannot read, or a row that is not there
            finally:
                assert watch.look() == before


def test_a_task_that_ignores_its_place_is_seen(
    alice_ws: Workspace, mallory_ws: Workspace, theirs: Planted, their_side: Planted, redis: Redis
) -> None:
    """With its place taken from the id instead of from its headers, the same look finds the change."""
    from core.contacts.models import Contact
    from tenants.context import workspace
    from tenants.tasks import workspace_task

    @workspace_task("tests.careless")
    def careless(id: str) -> None:
        with workspace(mallory_ws):
            Contact.objects.filter(id=id).update(title="taken over")

    watch: Any = Fingerprint(mallory_ws, their_side)
    before = watch.look()
    careless.apply(args=(theirs.id_of("contacts.Contact"),), headers=of(alice_ws), throw=True)
    assert watch.look() != before
