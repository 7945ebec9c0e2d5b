"""The recorded steps of a new workspace: each runs in one transaction with its record, then it opens.

Claiming a schema comes before, in provisioning.py; which steps there are is onboarding.py. Whoever runs them,
the worker or the builder's sweep, a step's row is its lock: nobody else runs the same one meanwhile.
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from tenants import onboarding, sites
from tenants.context import platform, workspace
from tenants.db.base import spanning_transaction
from tenants.models import SetupStep, Workspace
from tenants.tasks import enqueue

log = structlog.get_logger(__name__)

PAUSES = (60, 120, 300, 900, 3600)
"""Seconds until the sweep tries a failed step again, by how often it was tried."""

IN_WORDS = "In words: "
"""Begins a recorded error that may be shown to whoever makes the workspace."""

State = SetupStep.State
Steps = dict[str, onboarding.Step]


def note_steps(row: Workspace) -> None:
    """Write down what is to be done, in order; in the transaction of the claim."""
    SetupStep.objects.bulk_create(SetupStep(workspace=row, key=step.key) for step in onboarding.steps_of(row))


def set_up(row: Workspace, *, patient: bool = False) -> bool:
    """Run the steps that are not done yet, in order, then open the workspace; True when it is open.

    `patient` leaves a step that failed alone until its pause is over.
    """
    with platform():
        steps = {step.key: step for step in onboarding.steps_of(row)}
        waiting = list(_open_steps(row, steps).order_by("id"))
    for record in waiting:
        if patient and (due := due_again(record)) and due > timezone.now():
            return False
        if not _run(row, step=steps[record.key], record_id=record.id):
            return False
    return _open(row, steps)


def due_again(record: SetupStep) -> datetime | None:
    """When the sweep tries a failed step again; None for any other."""
    if record.state != State.FAILED or record.finished_at is None:
        return None
    pause = PAUSES[min(max(record.attempts, 1), len(PAUSES)) - 1]
    return record.finished_at + timedelta(seconds=pause)


def retry(row: Workspace) -> None:
    """Have what failed tried again at once, however long its pause would be."""
    with platform(), transaction.atomic():
        SetupStep.objects.filter(workspace=row, state=State.FAILED).update(state=State.PENDING)
        wake(row)


def wake(row: Workspace) -> None:
    """Have a worker go on with this workspace after the commit; on the platform."""
    enqueue("tenants.set_up", str(row.id))


def _open_steps(row: Workspace, steps: Steps) -> QuerySet[SetupStep]:
    """Those a release does not know any more are nobody's to run."""
    return SetupStep.objects.filter(workspace=row, key__in=steps).exclude(state=State.DONE)


def _run(row: Workspace, *, step: onboarding.Step, record_id: UUID) -> bool:
    """One step; False when it failed, or when somebody else is at it."""
    if not _begin(record_id):
        return False
    try:
        return _do(row, step=step, record_id=record_id)
    except Exception as fault:
        log.exception("setup_step_failed", step=step.key, workspace=str(row.id))
        _fail(record_id, error=_error_text(fault))
        return False


def _begin(record_id: UUID) -> bool:
    """Count the attempt, committed by itself: a step that kills its worker leaves a number behind."""
    with platform(), transaction.atomic():
        if _locked(record_id) is None:
            return False
        SetupStep.objects.filter(id=record_id).update(attempts=F("attempts") + 1)
    return True


def _do(row: Workspace, *, step: onboarding.Step, record_id: UUID) -> bool:
    """Effect and record together, or neither."""
    with platform(), spanning_transaction(), transaction.atomic():
        record = _locked(record_id)
        if record is None:
            return False
        with workspace(row):
            step.run(row)
        record.state, record.error, record.finished_at = State.DONE, "", timezone.now()
        record.save(update_fields=["state", "error", "finished_at"])
    return True


def _locked(record_id: UUID) -> SetupStep | None:
    """The step for this runner alone; None when another has it, or had it and is done."""
    rows = SetupStep.objects.select_for_update(skip_locked=True).exclude(state=State.DONE)
    return rows.filter(id=record_id).first()


def words_of(record: SetupStep) -> str:
    """Why a step failed, where that was said for people; anything else is the operators' to read, and ""."""
    return record.error.removeprefix(IN_WORDS) if record.error.startswith(IN_WORDS) else ""


def _error_text(fault: Exception) -> str:
    if isinstance(fault, ValidationError):
        return f"{IN_WORDS}{' '.join(fault.messages)}"[:300]
    return f"{type(fault).__name__}: {fault}"[:300]


def _fail(record_id: UUID, *, error: str) -> None:
    with platform():
        rows = SetupStep.objects.filter(id=record_id).exclude(state=State.DONE)
        rows.update(state=State.FAILED, error=error, finished_at=timezone.now())


def _open(row: Workspace, steps: Steps) -> bool:
    """Let people in, if every step is done; asked under the row's lock, so that it happens once."""
    with platform(), transaction.atomic():
        locked = Workspace.objects.select_for_update().get(id=row.id)
        if locked.state == Workspace.State.BUILDING and not _open_steps(row, steps).exists():
            locked.state, locked.state_since = Workspace.State.ACTIVE, timezone.now()
            locked.save(update_fields=["state", "state_since"])
            with workspace(locked):
                enqueue(
                    "tenants.sweep_workspace"
                )  # what could not leave a closed workspace, such as its mail
            transaction.on_commit(sites.cache.clear)
        row.state = locked.state
    return row.state != Workspace.State.BUILDING
