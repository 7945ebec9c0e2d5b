"""What a visitor's socket hears, and what the team hears of a visitor; pushed by hooks.py and domain/."""

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from core.realtime.events import Event
from inbox.conversations.events import OfConversation


@dataclass(frozen=True, slots=True)
class ChatMessage(Event):
    """A message of the visitor's own conversation as they may see it; None when it is to be fetched."""

    type: ClassVar[str] = "chat_message"
    message: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class ChatSeen(Event):
    """Somebody of the team has seen the visitor's messages up to this one."""

    type: ClassVar[str] = "chat_seen"
    message: UUID


@dataclass(frozen=True, slots=True)
class ContactSeen(OfConversation, Event):
    """The contact has seen this conversation up to a seq; for the team."""

    type: ClassVar[str] = "contact_seen"
    seq: int
