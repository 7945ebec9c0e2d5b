"""Answers by e-mail: what most transports do, and what any of them may fall back on.

How the mail reads is composing.py; what became of it comes back through domain/settling.py.
"""

from typing import TYPE_CHECKING

from core.sending.domain.queue import queue
from core.sending.domain.suppress import said
from inbox.conversations.enums import MessageState

if TYPE_CHECKING:
    from core.contacts.models import Contact
    from inbox.conversations.models import Conversation, Message

REPLY = "inbox.reply"
"""The ledger's kind of a reply; its ref is "<message id>:<attempt>"."""


def mail_obstacle(conversation: "Conversation") -> str:
    """Why this contact cannot be written to and what to do instead, or ""."""
    contact = conversation.contact
    if contact.email:
        return _unreachable(contact)
    number = f" ({contact.phone})" if contact.phone else ""
    return f"{contact.display_name} left no e-mail address. Answer them by phone{number} or in person."


def _unreachable(contact: "Contact") -> str:
    reason = contact.unreachable
    if reason is None:
        return ""
    what = " If it is right, say so on their page." if reason == reason.BOUNCE else ""
    return f"{contact.email} cannot be written to. {said(reason)}{what}"


def mail_way(conversation: "Conversation") -> tuple[str, str]:
    """The words of the reply box: its hint, and to whom."""
    return "Reply by e-mail", f"to {conversation.contact.email}"


def deliver_by_mail(message: "Message", *, since: int | None = None) -> MessageState:
    """Put an answer on the ledger; with `since`, the answers from that seq on stand in the same mail."""
    conversation = message.conversation
    queue(
        kind=REPLY,
        ref=f"{message.id}:{message.attempt}",
        to=conversation.contact.email,
        contact_id=conversation.contact_id,
        payload={} if since is None else {"since": since},
    )
    return MessageState.QUEUED
