"""Seen means seen: a teammate had the message on a focused screen, and their mark only moves forward.

The browser says so by a POST; the list's dot is read by queries.py.
"""

from django.db import transaction

from core.accounts.models import User
from inbox.conversations.models import Conversation, SeenMark


@transaction.atomic
def mark_seen(conversation: Conversation, *, user: User, seq: int) -> None:
    """Move the user's mark to `seq`, at most to the newest message; an older one changes nothing."""
    seq = min(seq, conversation.last_seq)
    if seq < 1:
        return
    marks = SeenMark.objects.filter(conversation=conversation, user=user)
    moved = marks.filter(seq__lt=seq).update(seq=seq)
    if not moved and marks.exists():
        return
    if not moved:
        _first_mark(conversation, user=user, seq=seq)
    conversation.transport.seen(conversation, seq)


def _first_mark(conversation: Conversation, *, user: User, seq: int) -> None:
    SeenMark.objects.bulk_create(
        [SeenMark(conversation=conversation, user=user, seq=seq)], ignore_conflicts=True
    )
    # A mark made by another window between the two statements may be older than this one.
    SeenMark.objects.filter(conversation=conversation, user=user, seq__lt=seq).update(seq=seq)
