"""Reads of the chat: the widget, a visitor's own messages, how far the team has seen them.

What a visitor may see of a message at all is wire.py.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max, QuerySet

from inbox.conversations.enums import Direction
from inbox.conversations.models import Message, SeenMark
from inbox.transports.chat.models import ChatWidget

PAGE = 40


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some messages, oldest first, and whether there are older ones before them."""

    messages: list[Message]
    has_older: bool


def the_widget() -> ChatWidget | None:
    """The chat of this workspace, None before anybody has set it up."""
    found: ChatWidget | None = ChatWidget.objects.first()
    return found


def visible_messages(conversation_id: UUID) -> QuerySet[Message]:
    """What both sides said; never a private note."""
    rows: QuerySet[Message] = Message.objects.filter(
        conversation_id=conversation_id, direction__in=[Direction.IN, Direction.OUT]
    )
    return rows.select_related("author")


def stretch(conversation_id: UUID, *, after: Message | None = None, before: Message | None = None) -> Stretch:
    """The newest page of a conversation, those before a message, or all that follows one."""
    rows = visible_messages(conversation_id)
    if after is not None:
        following = list(rows.filter(seq__gt=after.seq).order_by("seq")[: PAGE + 1])
        # too much was missed: the newest page stands alone, and says that there is more before it
        return stretch(conversation_id) if len(following) > PAGE else Stretch(following, has_older=False)
    if before is not None:
        rows = rows.filter(seq__lt=before.seq)
    found = list(rows.order_by("-seq")[: PAGE + 1])[::-1]
    return Stretch(found[-PAGE:], has_older=len(found) > PAGE)


def seen_by_team(conversation_id: UUID) -> UUID | None:
    """The visitor's newest message that somebody of the team has seen."""
    seq = SeenMark.objects.filter(conversation_id=conversation_id).aggregate(seq=Max("seq"))["seq"] or 0
    return newest_own(conversation_id, seq=seq)


def newest_own(conversation_id: UUID, *, seq: int) -> UUID | None:
    """The visitor's newest message up to a seq."""
    rows = visible_messages(conversation_id).filter(direction=Direction.IN, seq__lte=seq)
    found: UUID | None = rows.order_by("-seq").values_list("id", flat=True).first()
    return found
