"""Answers that nobody has seen: mailed once their visitor is gone; and visitors who never wrote, forgotten.

Where an answer goes at first is hooks.py.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from inbox.conversations.by_mail import deliver_by_mail
from inbox.conversations.domain.append import locked
from inbox.conversations.enums import Direction, MessageState
from inbox.conversations.models import Message
from inbox.conversations.push import push_settled
from inbox.transports.chat.hooks import GONE, STALE, UNSEEN
from inbox.transports.chat.models import Visitor
from tenants.due import note_due

BATCH = 200
AGAIN = timedelta(minutes=1)
SILENT = timedelta(days=2)
"""After this a visitor who never wrote is forgotten."""


def mail_unseen() -> None:
    """Mail what waits; who still has the chat open is looked at again in a minute."""
    now = timezone.now()
    waiting = Visitor.objects.filter(waits_since__lte=now - GONE)
    gone = waiting.filter(last_seen_at__lt=now - GONE - STALE)
    for visitor_id in list(gone.order_by("waits_since").values_list("id", flat=True)[:BATCH]):
        _mail(visitor_id)
    if waiting.exists():
        note_due(UNSEEN, now + AGAIN)


@transaction.atomic
def _mail(visitor_id: UUID) -> None:
    """One mail with all answers that one visitor has not seen."""
    conversation_id = Visitor.objects.filter(id=visitor_id).values_list("conversation_id", flat=True).first()
    if conversation_id is None:
        return
    conversation = locked(conversation_id)
    visitor: Visitor = Visitor.objects.select_for_update().get(id=visitor_id)
    unseen = _unseen(visitor)
    visitor.waits_since = None
    if unseen and conversation.contact.email:
        last = unseen[-1]
        last.conversation = conversation
        last.state = deliver_by_mail(last, since=unseen[0].seq)
        last.save(update_fields=["state"])
        push_settled(last)
        visitor.mailed_seq = last.seq
    visitor.save(update_fields=["waits_since", "mailed_seq"])


def _unseen(visitor: Visitor) -> list[Message]:
    known = max(visitor.seen_seq, visitor.mailed_seq)
    rows = Message.objects.filter(conversation=visitor.conversation, seq__gt=known)
    rows = rows.filter(direction=Direction.OUT, state=MessageState.SENT).select_related("author")
    return list(rows.order_by("seq"))


def forget_silent_visitors() -> None:
    """Sweep: those who came and never wrote."""
    long_ago = timezone.now() - SILENT
    Visitor.objects.filter(conversation=None, created_at__lt=long_ago).delete()


def sweep() -> None:
    """Whatever was missed."""
    forget_silent_visitors()
    mail_unseen()
