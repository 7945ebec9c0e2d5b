"""Keeps what a label's mark repeats of its conversation, so that a label's lists are read from one index."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import OuterRef, Subquery

from inbox.conversations.models import Conversation, ConversationLabel

BATCH = 1_000


def keep_marks(conversation: Conversation) -> None:
    """State and time of a locked conversation's marks follow it."""
    ConversationLabel.objects.filter(conversation=conversation).update(
        state=conversation.state, last_message_at=conversation.last_message_at
    )


def keep_marks_of(rows: Iterable[Conversation]) -> None:
    """The states of many locked conversations' marks follow them, in a question for each state."""
    by_state: dict[str, list[UUID]] = {}
    for row in rows:
        by_state.setdefault(row.state, []).append(row.id)
    for state, ids in by_state.items():
        ConversationLabel.objects.filter(conversation_id__in=ids).update(state=state)


def fill_states() -> None:
    """Give marks from before the column their state, in batches; whoever changes the state meanwhile wins."""
    while ids := _without_state():
        state = Conversation.objects.filter(id=OuterRef("conversation_id")).values("state")
        ConversationLabel.objects.filter(id__in=ids, state=None).update(state=Subquery(state))


def _without_state() -> list[UUID]:
    return list(ConversationLabel.objects.filter(state=None).values_list("id", flat=True)[:BATCH])
