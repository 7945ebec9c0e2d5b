"""Tells the team's browsers what changed, with fragments rendered once from the pages' own partials.

The events' shapes are events.py; delivery to sockets is core/realtime.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_urlconf, set_urlconf

from core.accounts.models import User
from core.realtime.audience import everyone
from core.realtime.push import push_on_commit
from inbox.conversations.enums import Direction, MessageState, Sorting, State
from inbox.conversations.events import (
    ClearingMoved,
    ConversationChanged,
    ListChanged,
    MessageAdded,
    MessageSettled,
    SortingGone,
)
from inbox.conversations.models import Conversation, Message
from inbox.conversations.queries import LABELS

LIVE = "conversations/live.html"
ROW_BY_ROW = 20
"""So many rows that change at once are pushed one by one; of more, lists are told to fetch themselves."""


def push_message(message: Message, *, is_new_conversation: bool) -> None:
    """A message was added: its bubble for open threads, its conversation's row for the lists.

    The conversation's transport hears of it too, unless it is a private note: that is the team's alone.
    """
    conversation = message.conversation
    event = MessageAdded(
        conversation=conversation.id,
        message=message.id,
        seq=message.seq,
        direction=Direction(message.direction),
        author=message.author_id,
        is_new=is_new_conversation,
    )
    html = _fragment("message_added", message=message, conversation=conversation)
    push_on_commit(event, audience=everyone(), html=html)
    if message.direction != Direction.NOTE:
        conversation.transport.added(message)


def push_change(conversation: Conversation, *, by: User | None) -> None:
    """State or assignee changed: the row and the thread's head."""
    event = ConversationChanged(
        conversation=conversation.id,
        state=State(conversation.state),
        assignee=conversation.assignee_id,
        by=by.id if by else None,
    )
    html = _fragment("conversation_changed", conversation=conversation)
    push_on_commit(event, audience=everyone(), html=html)


def push_lists(count: int, *, by: User | None = None) -> None:
    """So many conversations changed that lists are told to fetch themselves."""
    if count:
        push_on_commit(ListChanged(count=count, by=by.id if by else None), audience=everyone())


def push_gone(kind: Sorting, id: UUID, *, count: int) -> None:
    """A label or team was deleted: `count` conversations show it no longer, and no menu does."""
    push_on_commit(SortingGone(kind=kind, id=id), audience=everyone())
    push_lists(count)


def push_clearing(kind: Sorting, id: UUID, *, left: int) -> None:
    """How far the background is with taking it off them."""
    push_on_commit(ClearingMoved(kind=kind, id=id, left=left), audience=everyone())


def push_changes(ids: Collection[UUID], *, by: User | None) -> None:
    """Many conversations changed in one transaction."""
    if not ids:
        return
    if len(ids) > ROW_BY_ROW:
        push_lists(len(ids), by=by)
        return
    rows = Conversation.objects.select_related("contact__company", "assignee", "team").prefetch_related(
        LABELS
    )
    for row in rows.filter(id__in=ids):
        push_change(row, by=by)


def push_settled(message: Message) -> None:
    """What became of an answer on its way out: its bubble."""
    event = MessageSettled(
        conversation=message.conversation_id,
        message=message.id,
        seq=message.seq,
        state=MessageState(message.state),
    )
    html = _fragment("message_settled", message=message)
    push_on_commit(event, audience=everyone(), html=html)


def _fragment(part: str, **context: Any) -> str:
    """Workers and the mail receiver announce too, and no request has told them which addresses exist."""
    before = get_urlconf()
    set_urlconf(settings.SITE_URLCONFS["workspace"])
    try:
        return render_to_string(f"{LIVE}#{part}", context)
    finally:
        set_urlconf(before)
