"""What the ledger says became of an answer: written on the message, and on its conversation's row.

Answers are queued in replies.py; each takes its locks in the same order, the conversation before the message.
"""

from uuid import UUID

from django.db import transaction

from core.sending.models import LATE, Delivery
from inbox.conversations.domain.append import locked
from inbox.conversations.domain.waiting import weigh
from inbox.conversations.enums import MessageState
from inbox.conversations.models import Message
from inbox.conversations.push import push_settled

_SETTLED = {
    Delivery.State.SENT: MessageState.SENT,
    Delivery.State.FAILED: MessageState.FAILED,
    Delivery.State.SKIPPED: MessageState.FAILED,
    Delivery.State.UNKNOWN: MessageState.UNKNOWN,
}


@transaction.atomic
def settle_reply(delivery: Delivery) -> None:
    """Write on the message what became of its delivery; an older attempt's news is no news.

    Who was not reached still waits for an answer.
    """
    message = _locked(delivery)
    state = _SETTLED.get(Delivery.State(delivery.state))
    if message is None or state is None or message.state == state:
        return
    message.state, message.failure, message.retry_at = state, delivery.reason[:300], None
    message.message_id = delivery.message_id or message.message_id
    message.save(update_fields=["state", "failure", "retry_at", "message_id"])
    push_settled(message)
    weigh(message.conversation)


@transaction.atomic
def note_delay(delivery: Delivery) -> None:
    """Say on a message why it has not left yet and when it is tried again, or that it left and is late."""
    message = _locked(delivery)
    is_late = delivery.code == LATE
    if message is None or message.state != (MessageState.SENT if is_late else MessageState.QUEUED):
        return
    news = delivery.reason[:300], None if is_late else delivery.next_attempt_at
    if news == (message.failure, message.retry_at):
        return
    message.failure, message.retry_at = news
    message.save(update_fields=["failure", "retry_at"])
    push_settled(message)


def _locked(delivery: Delivery) -> Message | None:
    """The message a delivery is for, locked with its conversation; None when there was a later attempt."""
    message_id, attempt = parse_ref(delivery.ref)
    rows = Message.objects.filter(id=message_id, attempt=attempt)
    conversation_id = rows.values_list("conversation_id", flat=True).first()
    if conversation_id is None:
        return None
    conversation = locked(conversation_id)
    message: Message | None = rows.select_for_update(of=("self",)).select_related("author").first()
    if message is not None:
        message.conversation = conversation
    return message


def parse_ref(ref: str) -> tuple[UUID, int]:
    """The message and the attempt a delivery is for."""
    message_id, _, attempt = ref.partition(":")
    return UUID(message_id), int(attempt)
