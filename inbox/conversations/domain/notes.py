"""Private notes: said to the team alone, so they leave by no transport and answer nobody.

Answers are replies.py next door. Whose turn the conversation is, who waits and how it is listed stay as they
are, and what sleeps sleeps on.
"""

from typing import Unpack

from django.db import transaction

from core.accounts.models import User
from core.files.domain.hold import FileGone
from inbox.attachments.enums import DraftKind
from inbox.conversations.domain.append import append, locked
from inbox.conversations.domain.drafts import end_draft
from inbox.conversations.domain.sending import (
    GONE,
    CannotSend,
    Written,
    new_message,
    stored_before,
    taken_along,
)
from inbox.conversations.enums import Direction, MessageState
from inbox.conversations.mentioning import mentioned_in
from inbox.conversations.models import Conversation, Mention, Message
from inbox.conversations.notices import tell_mentioned
from inbox.conversations.push import push_message


@transaction.atomic
def write_note(conversation: Conversation, *, author: User, **written: Unpack[Written]) -> Message:
    """Store a note as the newest of the conversation, also where nobody can be answered. Raises CannotSend.

    Whom its text names as "@Bob Baker" is mentioned, if they may use the inbox. As for an answer: sent once
    more under the same `client_key` it is the one that stands there already, and its author's draft ends,
    save for what was typed since.
    """
    row, file_ids = locked(conversation.id), written.get("file_ids", ())
    message = new_message(Direction.NOTE, author=author, written=written, state=MessageState.STORED)
    stored = stored_before(row, message=message, file_ids=file_ids)
    if stored is None:
        files = taken_along(row, author=author, ids=file_ids, kind=DraftKind.NOTE)
        try:
            append(row, message=message, files=files)
        except FileGone as gone:
            raise CannotSend(GONE) from gone
        _mention(message)
        push_message(message, is_new_conversation=False)
    known = written.get("draft")
    end_draft(row.id, user=author, text=message.body_text, known=known, kind=DraftKind.NOTE)
    return stored or message


def _mention(message: Message) -> None:
    named = mentioned_in(message.body_text)
    Mention.objects.bulk_create(
        Mention(message=message, user_id=person, words=words) for person, words in named.items()
    )
    tell_mentioned(message, list(named))
