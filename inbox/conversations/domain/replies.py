"""Answers of the team: written into the conversation and handed to its transport in one transaction.

How each channel delivers is transports.py; what became of a mail comes back through settling.py.
"""

from collections.abc import Sequence
from typing import Unpack
from uuid import UUID

from django.db import transaction

from core import limits
from core.accounts.models import User
from core.files.domain.hold import FileGone
from inbox.attachments.domain.attach import Attached
from inbox.attachments.enums import DraftKind
from inbox.conversations.domain.append import append, locked
from inbox.conversations.domain.drafts import end_draft
from inbox.conversations.domain.seen import mark_seen
from inbox.conversations.domain.sending import (
    GONE,
    CannotSend,
    Written,
    new_message,
    stored_before,
    taken_along,
)
from inbox.conversations.domain.waiting import weigh
from inbox.conversations.enums import Direction, MessageState
from inbox.conversations.models import Conversation, Message
from inbox.conversations.push import push_message, push_settled
from inbox.conversations.transports import transport_of

MAX_LENGTH = 20_000
"""Characters of one reply."""


class CannotReply(CannotSend):
    """There is no way to this contact; the text says why and what would help."""


def obstacle(conversation: Conversation) -> str:
    """Why this conversation cannot be answered from here and what to do instead, or ""."""
    return transport_of(conversation.channel).obstacle(conversation)


@transaction.atomic
def queue_reply(conversation: Conversation, *, author: User, **written: Unpack[Written]) -> Message:
    """Store the answer, with files of its author's draft, and queue it for sending. Raises CannotSend.

    Sent once more under the same `client_key`, it is the message that stands there already. Its draft ends,
    save for what was typed since.
    """
    row, file_ids = locked(conversation.id), written.get("file_ids", ())
    message = new_message(Direction.OUT, author=author, written=written, state=MessageState.QUEUED)
    stored = stored_before(row, message=message, file_ids=file_ids)
    if stored is None:
        _check_may(row)
        _send(row, message=message, file_ids=file_ids)
    end_draft(row.id, user=author, text=message.body_text, known=written.get("draft"))
    return stored or message


def _check_may(row: Conversation) -> None:
    if reason := obstacle(row):
        raise CannotReply(reason)
    if not (decision := limits.may("replies")):
        raise CannotReply(decision.reason)


def _send(row: Conversation, *, message: Message, file_ids: Sequence[UUID]) -> None:
    author = message.author
    assert author is not None
    try:
        append(row, message=message, files=_files(row, author=author, ids=file_ids))
    except FileGone as gone:
        raise CannotReply(GONE) from gone
    mark_seen(row, user=author, seq=message.seq)
    limits.add("replies")
    _hand_over(message)
    push_message(message, is_new_conversation=False)


def _files(conversation: Conversation, *, author: User, ids: Sequence[UUID]) -> list[Attached]:
    if ids and not transport_of(conversation.channel).takes_files:
        raise CannotReply("Answers here take no files. Take them off to send the rest.")
    return taken_along(conversation, author=author, ids=ids, kind=DraftKind.REPLY)


@transaction.atomic
def retry_reply(message: Message) -> Message:
    """Send a failed or doubtful answer once more, as a person decided. Anything else is left as it is.

    Raises CannotReply.
    """
    conversation = locked(message.conversation_id)
    rows = Message.objects.select_for_update(of=("self",)).select_related("author")
    row: Message = rows.get(id=message.id)  # locked: news of the last attempt may come in just now
    row.conversation = conversation
    if not row.can_retry:
        return row
    if reason := obstacle(conversation):
        raise CannotReply(reason)
    row.state, row.failure, row.retry_at = MessageState.QUEUED, "", None
    row.attempt += 1
    row.save(update_fields=["state", "failure", "retry_at", "attempt"])
    _hand_over(row)
    push_settled(row)
    weigh(conversation)
    return row


def _hand_over(message: Message) -> None:
    """Let the conversation's transport deliver it; what arrives at once says so."""
    state = transport_of(message.conversation.channel).deliver(message)
    if state != message.state:
        message.state = state
        message.save(update_fields=["state"])
