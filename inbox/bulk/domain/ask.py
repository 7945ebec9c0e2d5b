"""Takes a job in: which conversations it is about is settled here, whatever arrives later; run.py does it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from core.accounts.access import may
from core.accounts.models import User
from inbox.bulk.enums import BATCH, UNDO_WITHIN, Act, BatchState, JobState
from inbox.bulk.models import BulkBatch, BulkJob
from inbox.bulk.notices import tell_given
from inbox.bulk.push import push_progress
from inbox.conversations.enums import State
from inbox.conversations.filters import ListFilter
from inbox.conversations.models import Conversation
from tenants import audit
from tenants.due import note_due
from tenants.tasks import enqueue

RUN = "inbox.run_bulk"
TEND = "inbox.tend_bulk"
"""The kind of due work that purges what can not be had back any more."""
MOST_AT_ONCE = 3
"""Jobs that one person may have under way."""


class TooManyJobs(Exception):
    """They have as many under way as one may have; the text says so."""


class NothingChosen(Exception):
    """No conversation is chosen, or none of them is there any more."""


class CannotUndo(Exception):
    """The time is over, or it is taken back already; the text says which."""


def ask(
    user: User,
    *,
    act: Act,
    value: dict[str, Any],
    says: str,
    shown: ListFilter | None = None,
    ids: Sequence[UUID] = (),
) -> BulkJob:
    """A job on all that `shown` shows to `user` at this moment, or on `ids`.

    Raises PermissionDenied, TooManyJobs and NothingChosen.
    """
    if not may(user, act.needs):
        raise PermissionDenied
    with transaction.atomic():
        User.objects.select_for_update().get(id=user.id)  # two at once are counted one after the other
        running = BulkJob.objects.filter(asked_by=user, state__in=[JobState.RUNNING, JobState.UNDOING])
        if running.count() >= MOST_AT_ONCE:
            raise TooManyJobs(f"You have {MOST_AT_ONCE} of these under way. Wait until one is done.")
        chosen = _chosen(user, shown=shown, ids=ids)
        if not chosen:
            raise NothingChosen("None of these conversations is there any more.")
        job = BulkJob.objects.create(asked_by=user, act=act, value=value, says=says, total=len(chosen))
        _store(job, chosen=chosen)
        audit.record("bulk.start", target=job.id, label=says, detail={"count": job.total})
        enqueue(RUN, str(job.id))
    return job


def _chosen(user: User, *, shown: ListFilter | None, ids: Sequence[UUID]) -> list[str]:
    """The ids as text, the newest conversation first."""
    every = Conversation.objects.exclude(state=State.DELETED)
    rows = shown.apply(every, user=user) if shown else every.filter(id__in=ids)
    return [str(id) for id in rows.order_by("-id").values_list("id", flat=True)]


def _store(job: BulkJob, *, chosen: list[str]) -> None:
    parts = [chosen[at : at + BATCH] for at in range(0, len(chosen), BATCH)]
    BulkBatch.objects.bulk_create(
        (BulkBatch(job=job, number=number, ids=part) for number, part in enumerate(parts)), batch_size=50
    )


@transaction.atomic
def stop(job: BulkJob, *, why: str = "") -> BulkJob:
    """Leave the rest as it is. What is over already stays so."""
    row = BulkJob.objects.select_for_update().get(id=job.id)
    if row.state == JobState.RUNNING:
        end(row, state=JobState.STOPPED, why=why)
    return row


def end(row: BulkJob, *, state: JobState, why: str = "") -> None:
    """Settle a locked job; the time in which it can be taken back begins, and whom it gave work is told."""
    now = timezone.now()
    row.state, row.why, row.moved_at = state, why, now
    row.undo_until = now + UNDO_WITHIN
    row.save(update_fields=["state", "why", "moved_at", "undo_until"])
    note_due(TEND, row.undo_until + timedelta(seconds=1))
    tell_given(row)
    push_progress(row)


@transaction.atomic
def undo(job: BulkJob) -> BulkJob:
    """Begin to take back what nobody has changed since. Raises CannotUndo."""
    row = BulkJob.objects.select_for_update().get(id=job.id)
    if not row.can_be_undone:
        raise CannotUndo(_why_not(row))
    row.state, row.moved_at = JobState.UNDOING, timezone.now()
    row.save(update_fields=["state", "moved_at"])
    row.batches.filter(state=BatchState.WAITING).delete()
    audit.record("bulk.undo", target=row.id, label=row.says, detail={"count": row.changed})
    enqueue(RUN, str(row.id))
    push_progress(row)
    return row


def _why_not(row: BulkJob) -> str:
    if row.state == JobState.RUNNING:
        return "It is not over yet. Stop it first."
    if row.state in {JobState.UNDOING, JobState.UNDONE}:
        return "It is taken back already."
    return (
        "It can not be taken back any more: ten minutes have passed."
        if row.changed
        else "It changed nothing."
    )
