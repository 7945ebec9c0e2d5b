"""What happens to conversations, as the team's browsers hear of it; push.py makes and announces them.

The browsers' half is core/ui/frontend/events.ts, which names each with its fields; a test compares the two.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from core.realtime.events import Event
from inbox.attachments.enums import DraftKind
from inbox.conversations.enums import Direction, MessageState, Sorting, State


@dataclass(frozen=True, slots=True)
class OfConversation:
    """What happened in one conversation, which is named."""

    conversation: UUID


@dataclass(frozen=True, slots=True)
class OfSorting:
    """What happened to a label or a team."""

    kind: Sorting
    id: UUID


@dataclass(frozen=True, slots=True)
class MessageAdded(OfConversation, Event):
    """A message stands in its conversation; `is_new` when the conversation began with it."""

    type: ClassVar[str] = "message_added"
    message: UUID
    seq: int
    direction: Direction
    author: UUID | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class ConversationChanged(OfConversation, Event):
    """State or assignee of a conversation changed; `by` did it."""

    type: ClassVar[str] = "conversation_changed"
    state: State
    assignee: UUID | None
    by: UUID | None


@dataclass(frozen=True, slots=True)
class ListChanged(Event):
    """Many conversations changed at once: lists are fetched again instead of row by row."""

    type: ClassVar[str] = "list_changed"
    count: int
    by: UUID | None


@dataclass(frozen=True, slots=True)
class SortingGone(OfSorting, Event):
    """A label or team was deleted: menus and lists that name it do so no longer."""

    type: ClassVar[str] = "sorting_gone"


@dataclass(frozen=True, slots=True)
class ClearingMoved(OfSorting, Event):
    """`left` conversations are still to be cleared of a deleted label or team; at 0 its row is gone too."""

    type: ClassVar[str] = "clearing_moved"
    left: int


@dataclass(frozen=True, slots=True)
class DraftChanged(OfConversation, Event):
    """There is a draft now, or none any more; for its writer's own windows."""

    type: ClassVar[str] = "draft_changed"
    kind: DraftKind
    exists: bool


@dataclass(frozen=True, slots=True)
class MessageSettled(OfConversation, Event):
    """What became of a message on its way out: sent, failed, unknown, or queued again."""

    type: ClassVar[str] = "message_settled"
    message: UUID
    seq: int
    state: MessageState
