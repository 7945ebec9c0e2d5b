"""Who waits for us, and whom an answer did not reach, worked out from the messages themselves.

append.py keeps both up to date message by message; this is for what happens to them later.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Min, OuterRef, Subquery
from django.db.models.functions import Coalesce

from inbox.conversations.enums import UNDELIVERED, Direction, MessageState
from inbox.conversations.models import Conversation, Message
from inbox.conversations.push import push_change


def unanswered_since(conversation: Conversation) -> datetime | None:
    """When the oldest message came that no answer follows.

    What a robot wrote asks for none, and what was not sent is none.
    """
    rows = Message.objects.filter(conversation=conversation)
    answers = rows.filter(direction=Direction.OUT).exclude(state=MessageState.FAILED)
    answered = answers.aggregate(seq=Max("seq"))["seq"] or 0
    waiting = rows.filter(direction=Direction.IN, automatic=False, seq__gt=answered).order_by("seq")
    since: datetime | None = waiting.values_list("created_at", flat=True).first()
    return since


def unanswered_since_each(ids: Collection[UUID]) -> dict[UUID, datetime]:
    """The same for many conversations in one question; those that nobody waits in are not in it."""
    answers = Message.objects.filter(conversation=OuterRef("conversation"), direction=Direction.OUT)
    answered = answers.exclude(state=MessageState.FAILED).order_by("-seq").values("seq")[:1]
    rows = Message.objects.filter(conversation_id__in=ids, direction=Direction.IN, automatic=False)
    rows = rows.filter(seq__gt=Coalesce(Subquery(answered), 0))
    return dict(rows.order_by().values_list("conversation_id").annotate(Min("created_at")))


def weigh(conversation: Conversation) -> None:
    """Bring a locked conversation's row up to date after an answer failed, arrived or was sent again."""
    before = conversation.waiting_since, conversation.undelivered
    rows = Message.objects.filter(conversation=conversation, state__in=UNDELIVERED)
    conversation.undelivered = rows.exists()
    if conversation.is_open:
        conversation.waiting_since = unanswered_since(conversation)
    if before == (conversation.waiting_since, conversation.undelivered):
        return
    conversation.save(update_fields=["waiting_since", "undelivered"])
    push_change(conversation, by=None)
