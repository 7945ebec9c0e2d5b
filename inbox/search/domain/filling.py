"""Collects the words of messages that stand here without: from before this release, or out of an archive.

From the newest to the oldest in batches, each a transaction of its own, so that it may stop anywhere; new
messages bring their words themselves (indexing.py).
"""

from uuid import UUID

from django.db import IntegrityError, connection, transaction

from inbox.attachments.models import Attachment
from inbox.conversations.models import Message
from inbox.search.domain.indexing import entry_of
from inbox.search.models import MessageEntry
from inbox.search.queries import is_complete
from tenants.tasks import enqueue

BATCH = 500
RECENT = 1_000
"""So many of the newest messages are looked over now and then: code of an earlier release, which may still
run for a while, stores messages without their words."""
FILL = "inbox.search.fill"
_LOCK = 0x5EA6C4
_COLUMNS = (
    "seq", "direction", "author_id", "body_text", "quoted_text", "created_at", "conversation__subject"
)  # fmt: skip


def fill() -> None:
    """Collect all that is missing. Where another process is at it already, leave it to that one."""
    before: UUID | None = None
    failed = False
    while True:
        try:
            lowest = _next(before)
        except IntegrityError:  # a message was deleted between being read and being written
            if failed:
                raise
            failed = True
            continue
        if lowest is None:
            return
        before, failed = lowest, False


def look_after() -> None:
    """Sweep: what the newest messages lack, and whether older ones are still to be collected."""
    newest = Message.objects.order_by("-id").values("id")[:RECENT]
    _collect(list(Message.objects.filter(id__in=newest, search_entry=None).values_list("id", flat=True)))
    if not is_complete():
        enqueue(FILL)


@transaction.atomic
def _next(before: UUID | None) -> UUID | None:
    """One batch of messages older than `before`; the oldest of it, None when nothing is left to do here."""
    if not _alone():
        return None
    rows = Message.objects.filter(search_entry=None)
    if before is not None:
        rows = rows.filter(id__lt=before)
    ids: list[UUID] = list(rows.order_by("-id").values_list("id", flat=True)[:BATCH])
    _collect(ids)
    return ids[-1] if ids else None


def _alone() -> bool:
    """Whether nobody else collects in this workspace; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(current_schema()))", [_LOCK])
        return bool(cursor.fetchone()[0])


def _collect(ids: list[UUID]) -> None:
    rows = Message.objects.select_related("conversation").only(*_COLUMNS).filter(id__in=ids)
    files = Attachment.objects.filter(message_id__in=ids, shown=True).values_list("message_id", flat=True)
    with_files = set(files)
    entries = [entry_of(row, has_attachment=row.id in with_files) for row in rows]
    MessageEntry.objects.bulk_create(entries, ignore_conflicts=True)
