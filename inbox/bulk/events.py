"""What whoever asked for a job hears of it; others hear that lists have changed (conversations/push.py)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from core.realtime.events import Event
from inbox.bulk.enums import JobState


@dataclass(frozen=True, slots=True)
class BulkProgress(Event):
    """How far a job is."""

    type: ClassVar[str] = "bulk_progress"
    job: UUID
    state: JobState
    done: int
    total: int
