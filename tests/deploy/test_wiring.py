"""What is named in deploy/wiring.py exists, what exists is named there, and all is connected once."""

import ast
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.dispatch import Signal
from django.urls import is_valid_path, reverse

from core.accounts.rules import Action
from core.sending.signals import delivery_delayed, delivery_settled
from core.ui import nav
from deploy import wiring
from deploy.celery import app
from deploy.dev.ports import Ports
from deploy.dev.programs import programs
from inbox.conversations import receivers
from tenants import due
from tenants.console.entries import ENTRIES
from tenants.console.rules import ConsoleAction
from tenants.tasks import PlatformTask, WorkspaceTask

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("tenants", "core", "inbox", "branding", "deploy")


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the product with what is written in it."""
    for folder in PRODUCT:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def tasks() -> dict[str, Any]:
    """Ours, as a worker has them."""
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if name.startswith(PRODUCT)}


def test_every_module_with_a_task_is_known_to_the_worker() -> None:
    decorators = {"workspace_task", "platform_task"}
    found = {
        name
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for mark in node.decorator_list
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id in decorators
    }
    assert sorted(found) == sorted(wiring.TASK_MODULES)


def test_what_is_scheduled_is_a_task_of_the_platform() -> None:
    """A workspace's task would arrive without a workspace and be refused, every few seconds."""
    known = tasks()
    assert [line["task"] for line in wiring.BEAT.values() if line["task"] not in known] == []
    assert [
        line["task"] for line in wiring.BEAT.values() if not isinstance(known[line["task"]], PlatformTask)
    ] == []
    assert [name for name, line in wiring.BEAT.items() if line["schedule"] < 1] == []


def test_every_task_says_whose_it_is() -> None:
    strangers = [name for name, task in tasks().items() if not isinstance(task, PlatformTask | WorkspaceTask)]
    assert strangers == []


def test_the_scheduler_reads_this_very_schedule() -> None:
    assert app.conf.beat_schedule == wiring.BEAT
    assert app.conf.task_routes == wiring.ROUTES


def test_only_schemas_are_built_where_the_owners_login_is() -> None:
    queues = {name: app.amqp.router.route({}, name)["queue"].name for name in tasks()}
    assert {name for name, queue in queues.items() if queue == "schema"} == {
        "core.timeline.prune",
        "tenants.fill_stock",
        "tenants.tend_archives",
        "tenants.export_workspace",
        "tenants.import_workspace",
        "tenants.tidy_archives",
    }
    assert set(queues.values()) == {"celery", "schema"}


def test_a_program_listens_to_every_queue() -> None:
    commands = [program.command for program in programs(Ports.starting_at(9000)).values()]
    heard = {command[command.index("--queues") + 1] for command in commands if "--queues" in command}
    assert heard == {"celery", "schema"}


def test_messages_are_json_and_nothing_that_runs() -> None:
    assert (app.conf.task_serializer, app.conf.accept_content) == ("json", ["json"])


def test_what_falls_due_has_a_task() -> None:
    kinds = {kind: name for kind, name in due._tasks.items() if not kind.startswith("tests.")}
    assert kinds
    assert {kind: name for kind, name in kinds.items() if name not in tasks()} == {}


@pytest.mark.parametrize(
    ("signal", "receiver"),
    [
        (delivery_settled, receivers.on_delivery_settled),
        (delivery_delayed, receivers.on_delivery_delayed),
    ],
)
def test_each_signal_reaches_the_inbox_once(signal: Signal, receiver: Any) -> None:
    held = [row[1] for row in signal.receivers]
    assert [one() if isinstance(one, weakref.ref) else one for one in held] == [receiver]


def test_the_places_of_the_consoles_are_in_the_rail_once() -> None:
    keys = [item.key for item in nav._items.values() if item.key.startswith("console-")]
    assert sorted(keys) == sorted(f"console-{entry.key}" for entry in ENTRIES)


def test_every_place_in_the_rail_leads_somewhere_on_each_of_its_sites() -> None:
    """One whose address does not exist is left out without a word."""
    lost = []
    for item in nav._items.values():
        for kind in item.sites:
            if not is_valid_path(
                reverse(item.url_name, urlconf=f"deploy.urls.{kind}"), f"deploy.urls.{kind}"
            ):
                lost.append((item.key, kind))
    assert lost == []


def test_what_a_place_asks_for_is_a_right_that_exists() -> None:
    rights = {str(action) for action in [*Action, *ConsoleAction]}
    assert {item.may for item in nav._items.values() if item.may} - rights == set()
    assert len(nav._gates) == len(set(nav._gates)) == 2
