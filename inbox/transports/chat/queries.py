"""Reads of the chat: the widget, a visitor's own messages and files, how far the team has seen them.

What a visitor may see of a message at all is wire.py.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max, QuerySet
from django.utils import timezone

from core.files.models import StoredFile
from inbox.attachments.models import Attachment
from inbox.conversations.enums import Direction
from inbox.conversations.models import Message, SeenMark
from inbox.transports.chat.models import ChatWidget, Visitor, VisitorFile

PAGE = 40
SAID = (Direction.IN, Direction.OUT)
"""What both sides said; a note is the team's alone."""
State = StoredFile.State


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
    rows: QuerySet[Message] = Message.objects.filter(conversation_id=conversation_id, direction__in=SAID)
    return rows.select_related("author")


def stretch(
    conversation_id: UUID,
    *,
    after: Message | None = None,
    before: Message | None = None,
    only: Message | None = None,
) -> Stretch:
    """The newest page of a conversation, those before a message, all that follows one, or one alone."""
    if only is not None:
        return Stretch([only], has_older=False)
    rows = visible_messages(conversation_id)
    if after is not None:
        following = list(rows.filter(seq__gt=after.seq).order_by("seq")[: PAGE + 1])
        # too much was missed: the newest page stands alone, and says that there is more before it
        if len(following) > PAGE:
            return stretch(conversation_id)
        return Stretch(Message.with_files(following), has_older=False)
    if before is not None:
        rows = rows.filter(seq__lt=before.seq)
    found = list(rows.order_by("-seq")[: PAGE + 1])[::-1]
    return Stretch(Message.with_files(found[-PAGE:]), has_older=len(found) > PAGE)


def file_for(visitor: Visitor, *, id: UUID) -> StoredFile | None:
    """A file on a message that this visitor sees, or that they sent ahead of one; or None."""
    ahead = waiting_files(visitor).filter(file_id=id).first()
    if ahead is not None:
        return ahead.file
    rows = Attachment.objects.filter(file_id=id, shown=True, message__direction__in=SAID)
    rows = rows.filter(message__conversation=visitor.conversation_id).exclude(file__state=State.GOING)
    found = rows.select_related("file").first() if visitor.conversation_id else None
    return found.file if found else None


def waiting_files(visitor: Visitor) -> QuerySet[VisitorFile]:
    """What this visitor sent ahead and has put into no message yet."""
    rows: QuerySet[VisitorFile] = VisitorFile.objects.filter(visitor=visitor)
    return rows.exclude(file__state=State.GOING).select_related("file")


def sent_ahead(visitor: Visitor, *, key: UUID) -> StoredFile | None:
    """The file that their browser calls by this key."""
    row = waiting_files(visitor).filter(key=key).first()
    return row.file if row else None


def is_reachable(visitor: Visitor, *, widget: ChatWidget) -> bool:
    """Whether an answer would find them: somebody is there, or they have begun already."""
    return visitor.conversation_id is not None or widget.is_online(now=timezone.now())


def seen_by_team(conversation_id: UUID) -> UUID | None:
    """The visitor's newest message that somebody of the team has seen."""
    seq = SeenMark.objects.filter(conversation_id=conversation_id).aggregate(seq=Max("seq"))["seq"] or 0
    return newest_own(conversation_id, seq=seq)


def newest_own(conversation_id: UUID, *, seq: int) -> UUID | None:
    """The visitor's newest message up to a seq."""
    rows = visible_messages(conversation_id).filter(direction=Direction.IN, seq__lte=seq)
    found: UUID | None = rows.order_by("-seq").values_list("id", flat=True).first()
    return found
