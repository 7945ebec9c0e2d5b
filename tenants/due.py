"""Work that falls due later, and the rolling sweep that finds whatever was missed.

`note_due` leaves a hint on the platform after the workspace has committed; the schemas stay the truth, so a
lost hint only means that the sweep finds the work some minutes later.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.utils import timezone

from tenants.context import Place, current_workspace, entered, place_of, platform
from tenants.models import WorkDue, Workspace, works
from tenants.tasks import enqueue

log = structlog.get_logger(__name__)

BATCH = 500
SLICES = 3
"""The sweep is called once a minute and looks into one slice of the workspaces each time."""

LATE = 60
"""Seconds after which work that was due counts as overdue; the scheduler looks every five."""

_tasks: dict[str, str] = {}
_sweepers: dict[str, Callable[[], object]] = {}


def register_due(kind: str, task_name: str) -> None:
    """Work of `kind` is done by the workspace task `task_name`, called without arguments."""
    _tasks[kind] = task_name


def register_sweeper(name: str, fn: Callable[[], object]) -> None:
    """`fn` runs inside each workspace every few minutes and wakes what is due there."""
    _sweepers[name] = fn


def note_due(kind: str, due_at: datetime) -> None:
    """After the commit, tell the scheduler that this workspace has work of `kind` at `due_at`."""
    place = current_workspace()
    if place.workspace_id is not None:
        transaction.on_commit(
            partial(_note, place.schema, workspace_id=place.workspace_id, kind=kind, due_at=due_at)
        )


def _note(schema: str, *, workspace_id: UUID, kind: str, due_at: datetime) -> None:
    try:
        with platform():
            WorkDue.objects.bulk_create(
                [WorkDue(workspace_id=workspace_id, kind=kind, due_at=due_at)], ignore_conflicts=True
            )
    except DatabaseError as error:
        log.warning("due_note_missed", kind=kind, schema=schema, error=type(error).__name__)


def run_due() -> int:
    """Wake the tasks whose time has come; returns how many. Runs on the platform."""
    with transaction.atomic():
        due = (
            WorkDue.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("workspace")
            .filter(works("workspace__"), due_at__lte=timezone.now())
            .order_by("due_at")[:BATCH]
        )
        rows = list(due)
        WorkDue.objects.filter(id__in=[row.id for row in rows]).delete()
    for workspace, name in {(row.workspace, _tasks[row.kind]) for row in rows if row.kind in _tasks}:
        with entered(place_of(workspace)):
            enqueue(name)
    return len(rows)


def overdue_count() -> int:
    """How many hints are more than LATE seconds past their time; those of closed workspaces wait rightly."""
    late = timezone.now() - timedelta(seconds=LATE)
    return WorkDue.objects.filter(works("workspace__"), due_at__lt=late).count()


def sweep(*, turn: int) -> int:
    """Ask one slice of the workspaces to look for missed work; returns how many were asked."""
    asked = 0
    rows = Workspace.objects.filter(works())
    for workspace_id, schema in rows.values_list("id", "schema").iterator():
        if workspace_id.int % SLICES == turn % SLICES and schema:
            _ask(workspace_id, schema=schema)
            asked += 1
    return asked


def _ask(workspace_id: UUID, *, schema: str) -> None:
    with entered(Place(schema, schema, workspace_id)):
        enqueue("tenants.sweep_workspace")


def sweep_workspace() -> None:
    """Run every registered sweeper here; one that fails is logged and does not stop the others."""
    for name, fn in _sweepers.items():
        try:
            fn()
        except Exception:
            log.exception("sweeper_failed", sweeper=name, schema=current_workspace().schema)
