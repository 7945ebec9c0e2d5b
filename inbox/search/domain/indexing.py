"""Makes the row by which a message is found: with the message itself, or later for those from before.

Which messages from before are still missing is filling.py next door.
"""

from inbox.conversations.enums import Direction
from inbox.conversations.models import Message
from inbox.search.facts import facts_of
from inbox.search.models import MessageEntry
from inbox.search.words import document


def index_message(message: Message) -> None:
    """Store the words of a new message; called in the transaction that stores it."""
    entry_of(message, has_attachment=message.attachments.filter(shown=True).exists()).save(force_insert=True)


def entry_of(message: Message, *, has_attachment: bool) -> MessageEntry:
    """The row of a message that has its conversation at hand, not saved."""
    return MessageEntry(
        message=message,
        has_attachment=has_attachment,
        conversation_id=message.conversation_id,
        created_at=message.created_at,
        words=words_of(
            seq=message.seq,
            direction=message.direction,
            author=message.author_id,
            subject=message.conversation.subject,
            body=message.body_text,
            quoted=message.quoted_text,
        ),
    )


def words_of(*, seq: int, direction: str, author: object, subject: str, body: str, quoted: str) -> str:
    """The words by which a message is found, as a tsvector's text.

    The subject is its first message's. What a mail quotes stands in an earlier message already, unless it is
    the first one: whoever forwards a mail wrote nothing else.
    """
    texts = (subject, body, quoted) if seq == 1 else (body,)
    return document(texts, facts=facts_of(direction=Direction(direction), author=author))
