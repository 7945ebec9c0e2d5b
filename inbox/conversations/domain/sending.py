"""What answers and notes have in common on their way in: their files, and that one sent twice is stored once.

A browser that did not hear what became of a message sends it again under the same key.
"""

from collections.abc import Sequence
from typing import NotRequired, TypedDict
from uuid import UUID

from core.accounts.models import User
from core.files.domain.keep import NotKept
from inbox.attachments.domain.attach import Attached
from inbox.attachments.domain.drafts import DraftFileGone, take_along
from inbox.attachments.enums import DraftKind
from inbox.attachments.models import Attachment
from inbox.conversations.enums import Direction, MessageState
from inbox.conversations.models import Conversation, Message

GONE = "A file is no longer here. Take it off and attach it again."
TAKEN = "This was not sent: what your browser calls it is taken. Send it again."
ARRIVED = (
    "This had arrived already, as it was first written; see above. What you changed since is still here:"
    " send it as another one, or clear it."
)


class CannotSend(Exception):
    """It is not stored as it is; the text says why and what would help."""


class Written(TypedDict):
    """What somebody of the team sends: words, and files that stand on their draft.

    `client_key` is what their browser calls it, `draft` the version of the draft that it was sent from, None
    for whatever stands there.
    """

    text: str
    file_ids: NotRequired[Sequence[UUID]]
    client_key: NotRequired[UUID | None]
    draft: NotRequired[str | None]


def new_message(direction: Direction, *, author: User, written: Written, state: MessageState) -> Message:
    """It as a message that is not stored yet."""
    key = written.get("client_key")
    return Message(direction=direction, author=author, body_text=written["text"], state=state, client_key=key)


def stored_before(
    conversation: Conversation, *, message: Message, file_ids: Sequence[UUID]
) -> Message | None:
    """What its author has sent here under the key of `message`, which is not stored yet.

    The conversation's lock keeps two from being first. A key that is somebody else's, or of something else,
    opens nothing; nor are other words than were stored taken for them. Raises CannotSend.
    """
    if message.client_key is None:
        return None
    rows = Message.objects.filter(client_key=message.client_key).select_related("author")
    found: Message | None = rows.first()
    if found is None:
        return None
    if _whose(found) != (conversation.id, message.author_id, message.direction):
        raise CannotSend(TAKEN)
    if found.body_text != message.body_text or _files(found) != set(file_ids):
        raise CannotSend(ARRIVED)
    found.conversation = conversation
    return found


def taken_along(
    conversation: Conversation, *, author: User, ids: Sequence[UUID], kind: DraftKind
) -> list[Attached]:
    """Files off the author's draft, which the conversation's lock keeps from being sent twice.

    Raises CannotSend.
    """
    try:
        files = take_along(conversation.id, user=author, ids=ids, kind=kind)
    except (DraftFileGone, NotKept) as reason:
        raise CannotSend(str(reason)) from reason
    return [Attached(file) for file in files]


def _whose(message: Message) -> tuple[UUID, UUID | None, str]:
    return message.conversation_id, message.author_id, message.direction


def _files(message: Message) -> set[UUID]:
    return set(Attachment.objects.filter(message=message).values_list("file_id", flat=True))
