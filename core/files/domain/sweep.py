"""Removes files that nobody holds for a day: uploads never sent, files of messages that are gone.

Claimed and committed, then the bytes, then the row: whatever a crash leaves is found by the next sweep.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from core.files import storage
from core.files.domain.hold import held_among
from core.files.models import StoredFile

log = structlog.get_logger(__name__)

State = StoredFile.State
PATIENCE = timedelta(days=1)
LIMIT = 500


def sweep() -> None:
    claim()
    remove()


@transaction.atomic
def claim() -> None:
    """Mark what is to go; what turns out to be held is held again."""
    rows = StoredFile.objects.select_for_update(skip_locked=True).filter(
        state=State.LOOSE, state_since__lt=timezone.now() - PATIENCE
    )
    ids = list(rows.order_by("state_since").values_list("id", flat=True)[:LIMIT])
    held = held_among(ids) if ids else set()
    _mark(held, state=State.HELD)
    _mark(set(ids) - held, state=State.GOING)


def _mark(ids: set[UUID], *, state: StoredFile.State) -> None:
    if ids:
        StoredFile.objects.filter(id__in=ids).update(state=state, state_since=timezone.now())


def remove() -> None:
    """Take away the bytes and then the rows of what is going; a storage that is away is tried again."""
    rows = StoredFile.objects.filter(state=State.GOING).order_by("state_since")
    for row in rows[:LIMIT]:
        try:
            for key in filter(None, (row.key, row.thumbnail)):
                storage.delete(key)
        except OSError as error:
            log.warning("file_not_removed", file=str(row.id), error=type(error).__name__)
            continue
        row.delete()
