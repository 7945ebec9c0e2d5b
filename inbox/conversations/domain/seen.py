"""Seen means seen: a teammate had the message on a focused screen, and their mark only moves forward.

The browser says so by a POST; the list's dot is read by queries.py.
"""

from core.accounts.models import User
from inbox.conversations.models import Conversation, SeenMark


def mark_seen(conversation: Conversation, *, user: User, seq: int) -> None:
    """Move the user's mark to `seq`, at most to the newest message; an older one changes nothing."""
    seq = min(seq, conversation.last_seq)
    if seq < 1:
        return
    marks = SeenMark.objects.filter(conversation=conversation, user=user)
    if marks.filter(seq__lt=seq).update(seq=seq) or marks.exists():
        return
    SeenMark.objects.bulk_create(
        [SeenMark(conversation=conversation, user=user, seq=seq)], ignore_conflicts=True
    )
    # A mark made by another window between the two statements may be older than this one.
    marks.filter(seq__lt=seq).update(seq=seq)
