"""What happens to conversations, as the team's browsers hear of it; push.py makes and announces them."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from core.realtime.events import Event


@dataclass(frozen=True, slots=True)
class MessageAdded(Event):
    """A message stands in its conversation; `is_new` when the conversation began with it."""

    type: ClassVar[str] = "message_added"
    conversation: UUID
    message: UUID
    seq: int
    direction: str
    author: UUID | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class ConversationChanged(Event):
    """State or assignee of a conversation changed; `by` did it."""

    type: ClassVar[str] = "conversation_changed"
    conversation: UUID
    state: str
    assignee: UUID | None
    by: UUID | None


@dataclass(frozen=True, slots=True)
class ListChanged(Event):
    """Many conversations changed at once: lists are fetched again instead of row by row."""

    type: ClassVar[str] = "list_changed"
    count: int
    by: UUID | None


@dataclass(frozen=True, slots=True)
class SortingGone(Event):
    """A label or team was deleted: menus and lists that name it do so no longer."""

    type: ClassVar[str] = "sorting_gone"
    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class ClearingMoved(Event):
    """`left` conversations are still to be cleared of a deleted label or team; at 0 its row is gone too."""

    type: ClassVar[str] = "clearing_moved"
    kind: str
    id: UUID
    left: int


@dataclass(frozen=True, slots=True)
class DraftChanged(Event):
    """There is a draft now, or none any more; for its writer's own windows."""

    type: ClassVar[str] = "draft_changed"
    conversation: UUID
    kind: str
    exists: bool


@dataclass(frozen=True, slots=True)
class MessageSettled(Event):
    """What became of a message on its way out: sent, failed, unknown, or queued again."""

    type: ClassVar[str] = "message_settled"
    conversation: UUID
    message: UUID
    seq: int
    state: str
