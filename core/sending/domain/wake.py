"""Wakes a worker for deliveries that stand in the ledger; a lost wake-up is made up for by sweep.py.

The tasks it names are core/sending/tasks.py; the platform has one of its own.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from tenants.context import current
from tenants.due import note_due
from tenants.tasks import enqueue

BATCH = 50
SEND = "core.sending.send"
SEND_PLATFORM = "core.sending.send_platform"
DUE = "core.sending"
DUE_TASK = "core.sending.wake_due"


def wake(ids: Iterable[UUID]) -> None:
    """After the commit, have these deliveries handed over; one message to the broker per batch."""
    task = SEND_PLATFORM if current().is_platform else SEND
    names = [str(id) for id in ids]
    for start in range(0, len(names), BATCH):
        enqueue(task, *names[start : start + BATCH])


def note_retry(due_at: datetime) -> None:
    """Have the scheduler look at that time; the platform's own mail waits for its sweep."""
    if not current().is_platform:
        note_due(DUE, due_at)
