"""Adds a message to a conversation: its number, its row, and what the list shows, under the parent's lock.

Who may add what is decided by the callers next door: capture.py for contacts, replies.py for the team.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from core.accounts.models import User
from core.text import preview
from inbox.attachments.domain.attach import Attached, attach
from inbox.conversations.domain.marks import keep_marks
from inbox.conversations.enums import Direction, State
from inbox.conversations.models import Conversation, Message
from inbox.conversations.push import push_change
from inbox.conversations.stored import tell
from inbox.conversations.turned import tell_turn

LIST_COLUMNS = (
    "next_seq",
    "last_in_seq",
    "message_count",
    "preview",
    "last_direction",
    "last_message_at",
    "waiting_since",
    "state",
    "snoozed_until",
    "assignee",
)


def locked(conversation_id: UUID) -> Conversation:
    """The conversation's row as it is now, locked until the transaction ends."""
    rows = Conversation.objects.select_for_update(of=("self",)).select_related(
        "contact__company", "assignee", "team"
    )
    found: Conversation = rows.get(id=conversation_id)
    return found


def append(
    conversation: Conversation,
    *,
    message: Message,
    now: datetime | None = None,
    files: Sequence[Attached] = (),
) -> Message:
    """Store `message` as the newest one, with its files. `conversation` must be new or locked here.

    A message from the contact reopens the conversation, however it rested, and starts the wait, unless a
    robot wrote it; one from the team ends the wait, and makes the conversation its author's when it was
    nobody's. A private note only takes its number. Raises FileGone.
    """
    before = conversation.state, conversation.assignee_id
    now = max(now or timezone.now(), conversation.last_message_at)  # in the order of seq, whatever clocks say
    message.conversation, message.seq, message.created_at = conversation, conversation.next_seq, now
    message.save(force_insert=True)
    attach(message, files=files)
    tell(message)
    conversation.last_in_seq = conversation.newest_in  # a row from before the column gets it here
    conversation.next_seq += 1
    if message.direction == Direction.NOTE:
        conversation.save(update_fields=["next_seq", "last_in_seq"])
        return message
    _becomes_newest(conversation, message=message, files=files)
    if message.direction == Direction.IN:
        _written_by_contact(conversation, message=message)
    else:
        conversation.waiting_since = None
        conversation.assignee = conversation.assignee or _assignable(message.author)
    conversation.save(update_fields=LIST_COLUMNS)
    keep_marks(conversation)
    tell_turn(conversation, before=before[0], by=message.author)
    if before != (conversation.state, conversation.assignee_id):
        push_change(conversation, by=message.author)
    return message


def _becomes_newest(conversation: Conversation, *, message: Message, files: Sequence[Attached]) -> None:
    """A message without words is known by its files."""
    conversation.message_count += 1
    conversation.preview = preview(message.body_text) or preview(", ".join(one.file.name for one in files))
    conversation.last_direction = message.direction
    conversation.last_message_at = message.created_at


def _written_by_contact(conversation: Conversation, *, message: Message) -> None:
    conversation.last_in_seq = message.seq
    if message.automatic:
        return
    conversation.state, conversation.snoozed_until = State.OPEN, None
    conversation.waiting_since = conversation.waiting_since or message.created_at


def _assignable(author: User | None) -> User | None:
    """Somebody of the team: a support person is gone tomorrow."""
    return None if author is None or author.is_support else author
