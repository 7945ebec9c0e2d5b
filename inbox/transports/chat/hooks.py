"""What the inbox asks of the chat as a transport: where answers go, and who is told of what.

Registered in apps.py; the registry is inbox/conversations/transports.py.
"""

import json
from datetime import timedelta

from django.db.models.functions import Coalesce
from django.utils import timezone

from core.realtime.audience import visitors
from core.realtime.push import push_on_commit
from inbox.conversations.by_mail import deliver_by_mail, mail_obstacle
from inbox.conversations.enums import MessageState
from inbox.conversations.models import Conversation, Message
from inbox.transports.chat.access import visitor_in
from inbox.transports.chat.events import ChatMessage, ChatSeen
from inbox.transports.chat.models import Visitor
from inbox.transports.chat.queries import newest_own
from inbox.transports.chat.wire import for_visitor, house_name
from tenants.due import note_due

CHANNEL = "chat"
UNSEEN = "chat.unseen"
"""The kind of work that is due: answers that nobody has seen are mailed."""
GONE = timedelta(minutes=2)
STALE = timedelta(minutes=1)
"""How old the mark of a visitor may be whose page is open (sockets.py)."""
TOLD_BYTES = 3_000
"""A longer message is fetched by the visitor's browser instead of told."""


def is_gone(visitor: Visitor) -> bool:
    """Whether they have had no page of the chat open for two minutes."""
    return timezone.now() - visitor.last_seen_at > GONE + STALE


def obstacle(conversation: Conversation) -> str:
    """A visitor finds answers where they asked; without one it needs an address, as elsewhere."""
    return "" if visitor_in(conversation) else mail_obstacle(conversation)


def way(conversation: Conversation) -> tuple[str, str]:
    """Where an answer goes at this moment."""
    visitor, email = visitor_in(conversation), conversation.contact.email
    if visitor is None or (email and is_gone(visitor)):
        return "Reply by e-mail: they have left the chat", f"to {email}"
    if is_gone(visitor):
        return "Reply in the chat", "They have left without an address, and read it when they are back"
    return "Reply in the chat", f"in the chat, later to {email}" if email else "in the chat"


def deliver(message: Message) -> MessageState:
    """Into the chat, or by mail when they are gone. What stays unseen there is mailed later (answers.py)."""
    conversation = message.conversation
    visitor = visitor_in(conversation)
    if visitor is None:
        return deliver_by_mail(message)
    rows = Visitor.objects.filter(id=visitor.id)
    if conversation.contact.email and is_gone(visitor):
        rows.update(mailed_seq=message.seq)
        return deliver_by_mail(message)
    now = timezone.now()
    rows.update(waits_since=Coalesce("waits_since", now))
    note_due(UNSEEN, now + GONE + STALE)
    return MessageState.SENT


def added(message: Message) -> None:
    """A message stands in the conversation, whoever wrote it and however it came."""
    if visitor := visitor_in(message.conversation):
        tell_visitor(visitor, message)


def tell_visitor(visitor: Visitor, message: Message) -> None:
    """Push a message to its visitor's sockets."""
    told = for_visitor(message, house=house_name(), visitor=visitor)
    fits = len(json.dumps(told).encode()) <= TOLD_BYTES
    push_on_commit(ChatMessage(message=told if fits else None), audience=visitors([visitor.id]))


def seen(conversation: Conversation, seq: int) -> None:
    """Somebody of the team has seen the conversation up to `seq`."""
    visitor = visitor_in(conversation)
    newest = newest_own(conversation.id, seq=seq) if visitor else None
    if visitor and newest:
        push_on_commit(ChatSeen(message=newest), audience=visitors([visitor.id]))


def contact_seen(conversation: Conversation) -> int:
    """How far the visitor has seen it."""
    visitor = visitor_in(conversation)
    return visitor.seen_seq if visitor else 0
