"""Does a job batch by batch, each in a transaction of its own with what its conversations were before.

Killed at any moment it has done whole batches only and goes on with the next; two at once take turns.
"""

from collections.abc import Callable
from time import monotonic
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.accounts.access import may
from inbox.bulk.domain.acts import act_on, take_back
from inbox.bulk.domain.ask import RUN, end, stop
from inbox.bulk.enums import Act, BatchState, JobState
from inbox.bulk.models import BulkBatch, BulkJob
from inbox.bulk.push import push_progress
from tenants.context import current_workspace
from tenants.db.shared import shared_facts
from tenants.models import Workspace
from tenants.tasks import enqueue

TURN = 15.0
"""Seconds after which a job lets other work of the same worker through."""
NOT_ALLOWED = "Whoever asked for it may not do this any more."
READ_ONLY = "This workspace is read-only until a payment that is past due is marked as paid."


def run(job_id: UUID, *, clock: Callable[[], float] = monotonic) -> None:
    """Go on with a job, or with taking it back, for a turn; a job that is over or gone is left alone."""
    until = clock() + TURN
    while _next(job_id):
        if clock() >= until:
            enqueue(RUN, str(job_id))
            return


def _next(job_id: UUID) -> bool:
    """One batch; whether there may be another."""
    if reason := _obstacle(job_id):
        job = BulkJob.objects.filter(id=job_id).first()
        if job:
            stop(job, why=reason)
        return False
    with transaction.atomic():
        job = (
            BulkJob.objects.select_for_update(of=("self",))
            .select_related("asked_by")
            .filter(id=job_id)
            .first()
        )
        if job is None or not job.is_moving:
            return False
        return _do(job) if job.state == JobState.RUNNING else _undo(job)


def _obstacle(job_id: UUID) -> str:
    """Why nothing more may be done, "" for nothing. Taking back what was done is no new act."""
    job = (
        BulkJob.objects.select_related("asked_by__team_role")
        .filter(id=job_id, state=JobState.RUNNING)
        .first()
    )
    if job is None:
        return ""
    if not may(job.asked_by, Act(job.act).needs):
        return NOT_ALLOWED
    return READ_ONLY if _is_read_only() else ""


def _is_read_only() -> bool:
    here = current_workspace().workspace_id
    if here is None:
        return False
    with shared_facts() as alias:
        return Workspace.objects.using(alias).filter(id=here, state=Workspace.State.PAST_DUE).exists()


def _do(job: BulkJob) -> bool:
    batch = job.batches.filter(state=BatchState.WAITING).order_by("number").first()
    if batch is None:
        end(job, state=JobState.DONE)
        return False
    batch.before = act_on(batch.ids, act=Act(job.act), value=job.value, by=job.asked_by)
    _settle(batch, state=BatchState.DONE)
    job.changed += len(batch.before)
    job.skipped += len(batch.ids) - len(batch.before)
    _moved(job)
    return True


def _undo(job: BulkJob) -> bool:
    batch = job.batches.filter(state=BatchState.DONE).order_by("-number").first()
    if batch is None:
        job.state = JobState.UNDONE
        _moved(job)
        return False
    undone = take_back(batch.before, act=Act(job.act), value=job.value, by=job.asked_by)
    _settle(batch, state=BatchState.UNDONE)
    job.undone += undone
    job.kept += len(batch.before) - undone
    _moved(job)
    return True


def _settle(batch: BulkBatch, *, state: BatchState) -> None:
    batch.state = state
    batch.save(update_fields=["state", "before"])


def _moved(job: BulkJob) -> None:
    job.moved_at = timezone.now()
    job.save(update_fields=["state", "changed", "skipped", "undone", "kept", "moved_at"])
    push_progress(job)
