"""Finds what was cut off, purges what was deleted and can not be had back any more, and forgets old jobs."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from inbox.bulk.domain.ask import RUN
from inbox.bulk.enums import KEPT_FOR, Act, JobState
from inbox.bulk.models import BulkBatch, BulkJob
from inbox.conversations.enums import State
from inbox.conversations.models import Conversation
from tenants.tasks import enqueue

STALE = timedelta(minutes=2)
PURGED_AT_ONCE = 100
ENDED = (JobState.DONE, JobState.STOPPED, JobState.UNDONE)


def tend() -> None:
    """Sweep, and when the time of a job is over."""
    now = timezone.now()
    moving = BulkJob.objects.filter(state__in=[JobState.RUNNING, JobState.UNDOING], moved_at__lt=now - STALE)
    for id in moving.values_list("id", flat=True):
        enqueue(RUN, str(id))
    while purge_some():
        pass
    over = BulkJob.objects.filter(state__in=ENDED, undo_until__lte=now)
    BulkBatch.objects.filter(job__in=over).delete()
    over.filter(moved_at__lt=now - KEPT_FOR).delete()


@transaction.atomic
def purge_some() -> int:
    """Delete for good some conversations that nobody can have back; how many.

    One that somebody wrote in since is open again, and stays.
    """
    ids = _beyond_recall()
    rows = Conversation.objects.select_for_update(of=("self",), skip_locked=True)
    held = [row.id for row in rows.filter(id__in=ids, state=State.DELETED).order_by("id")]
    Conversation.objects.filter(id__in=held).delete()
    return len(held)


def _beyond_recall() -> list[UUID]:
    rows = Conversation.objects.filter(state=State.DELETED).order_by("last_message_at", "id")
    still = _recallable()
    found = (id for id in rows.values_list("id", flat=True).iterator() if str(id) not in still)
    return [id for id, _ in zip(found, range(PURGED_AT_ONCE), strict=False)]


def _recallable() -> set[str]:
    """What deletions that are under way or can be taken back are about."""
    alive = BulkJob.objects.filter(act=Act.DELETE).exclude(state__in=ENDED, undo_until__lte=timezone.now())
    batches = BulkBatch.objects.filter(job__in=alive.exclude(state=JobState.UNDONE))
    return {id for ids in batches.values_list("ids", flat=True) for id in ids}
