"""What a person's own browsers hear of their notices; nobody else's do."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from core.realtime.events import Event


@dataclass(frozen=True, slots=True)
class NoticeAdded(Event):
    """Something happened that this person should know of; `says` it in one line."""

    type: ClassVar[str] = "notice_added"
    kind: str
    about: UUID
    says: str


@dataclass(frozen=True, slots=True)
class NoticesRead(Event):
    """Some of this person's notices were read, here or in another window."""

    type: ClassVar[str] = "notices_read"
