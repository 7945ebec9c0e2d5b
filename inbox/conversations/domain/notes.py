"""Private notes: said to the team alone, so they leave by no transport and answer nobody.

Answers are replies.py next door. Whose turn the conversation is, who waits and how it is listed stay as they
are, and what sleeps sleeps on.
"""

from django.db import transaction

from core.accounts.models import User
from inbox.conversations.domain.append import append, locked
from inbox.conversations.enums import Direction, MessageState
from inbox.conversations.mentioning import mentioned_in
from inbox.conversations.models import Conversation, Mention, Message
from inbox.conversations.notices import tell_mentioned
from inbox.conversations.push import push_message


@transaction.atomic
def write_note(conversation: Conversation, *, author: User, text: str) -> Message:
    """Store a note as the newest of the conversation, also where nobody can be answered.

    Whom its text names as "@Bob Baker" is mentioned, if they may use the inbox.
    """
    row = locked(conversation.id)
    message = Message(direction=Direction.NOTE, author=author, body_text=text, state=MessageState.STORED)
    append(row, message=message)
    named = mentioned_in(text)
    Mention.objects.bulk_create(
        Mention(message=message, user_id=person, words=words) for person, words in named.items()
    )
    tell_mentioned(message, list(named))
    push_message(message, is_new_conversation=False)
    return message
