"""Labels on and off the conversations of a batch. A mark is known by its key, so that only ours is undone."""

from typing import Any
from uuid import UUID

from django.db.models import Count

from inbox.conversations.domain.holding import hold_label
from inbox.conversations.domain.sorting import MOST_LABELS
from inbox.conversations.models import Conversation, ConversationLabel

Before = list[dict[str, Any]]


def put_on(rows: list[Conversation], *, label_id: UUID) -> Before:
    """On those without it that have room. A label that is gone goes on none."""
    if not hold_label(label_id):
        return []
    made = [_mark(row, label_id=label_id) for row in _with_room(rows, label_id=label_id)]
    ConversationLabel.objects.bulk_create(made)
    return [{"id": str(mark.conversation_id), "mark": str(mark.id)} for mark in made]


def take_off_again(
    rows: list[Conversation], *, was: dict[UUID, dict[str, Any]], label_id: UUID
) -> list[UUID]:
    marks = ConversationLabel.objects.filter(id__in=[was[row.id]["mark"] for row in rows])
    ids = list(marks.values_list("conversation_id", flat=True))
    marks.delete()
    return ids


def take_off(rows: list[Conversation], *, label_id: UUID) -> Before:
    """Off those that have it."""
    marks = ConversationLabel.objects.filter(label_id=label_id, conversation__in=rows)
    before = [{"id": str(id)} for id in marks.values_list("conversation_id", flat=True)]
    marks.delete()
    return before


def put_on_again(rows: list[Conversation], *, was: dict[UUID, dict[str, Any]], label_id: UUID) -> list[UUID]:
    return [UUID(one["id"]) for one in put_on(rows, label_id=label_id)]


def _mark(row: Conversation, *, label_id: UUID) -> ConversationLabel:
    return ConversationLabel(
        conversation=row, label_id=label_id, state=row.state, last_message_at=row.last_message_at
    )


def _with_room(rows: list[Conversation], *, label_id: UUID) -> list[Conversation]:
    marks = ConversationLabel.objects.filter(conversation__in=rows, label__deleted_at=None)
    held = set(marks.filter(label_id=label_id).values_list("conversation_id", flat=True))
    counts = dict(marks.order_by().values_list("conversation_id").annotate(Count("id")))
    return [row for row in rows if row.id not in held and counts.get(row.id, 0) < MOST_LABELS]
