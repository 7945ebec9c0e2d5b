"""Answers mail automatically, where that can start no loop (RFC 3834): never a robot, and seldom anybody.

What is said is the workspace's AutoAnswer; whether a robot wrote the mail is read in parsing.py.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core.sending import identity
from core.sending.domain.queue import queue
from core.sending.models import Delivery
from core.sending.outgoing import Outgoing
from core.sending.rules.addresses import address_key
from core.sending.tokens import reply_address
from inbox.conversations.models import Conversation, Message
from inbox.transports.email.models import AutoAnswer
from tenants.audit import record

AUTO = "inbox.auto"
"""The ledger's kind of an automatic answer; its ref is "<conversation id>:<message id>"."""
PAUSE = timedelta(hours=24)
"""Between two automatic answers to one address in one conversation (RFC 3834 §2, "at most once in seven days"
for absences; a day suits who waits for somebody to answer)."""
MOST = 5
"""Automatic answers to one address in that time, whatever conversations it begins."""


def answer_automatically(message: Message, *, wants_answer: bool) -> bool:
    """Queue the workspace's automatic answer to a mail, in the transaction that stores it; False for none.

    The conversation is locked there, so that of two mails at once one is answered.
    """
    if message.automatic or not wants_answer:
        return False
    said = AutoAnswer.objects.filter(is_active=True).exclude(text="").first()
    conversation = message.conversation
    to = conversation.contact.email
    if said is None or not to or not _may_answer(conversation, to=to):
        return False
    ref = f"{conversation.id}:{message.id}"
    queue(kind=AUTO, ref=ref, to=to, contact_id=conversation.contact_id, automatic=True)
    return True


def _may_answer(conversation: Conversation, *, to: str) -> bool:
    lately = Delivery.objects.filter(kind=AUTO, to_key=address_key(to), created_at__gt=timezone.now() - PAUSE)
    refs = list(lately.filter(contact_id=conversation.contact_id).values_list("ref", flat=True)[:MOST])
    return len(refs) < MOST and not any(ref.startswith(f"{conversation.id}:") for ref in refs)


def compose_answer(delivery: Delivery) -> Outgoing:
    """The words as they are now. Raises ValueError when there are none any more."""
    said = AutoAnswer.objects.filter(is_active=True).exclude(text="").first()
    message = Message.objects.select_related("conversation").filter(id=delivery.ref.partition(":")[2]).first()
    if said is None or message is None:
        raise ValueError("automatic answers were turned off before it was sent")
    conversation, sender = message.conversation, identity.sender()
    subject = conversation.subject or sender.name
    return Outgoing(
        subject=subject if subject[:3].casefold() == "re:" else f"Re: {subject}",
        text=said.text,
        reply_to=reply_address(conversation.id, domain=sender.domain),
        in_reply_to=message.message_id,
        references=tuple(message.references.split()) if message.message_id else (),
        answers_by_itself=True,
    )


@transaction.atomic
def save_answer(answer: AutoAnswer) -> None:
    """Store what is answered automatically, and whether."""
    answer.save()
    record("mail.auto", label="on" if answer.is_active else "off")
