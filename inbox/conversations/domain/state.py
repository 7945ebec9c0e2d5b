"""Whose turn and whose matter a conversation is: resolve, reopen, assign.

A new message from the contact reopens by itself, in append.py.
"""

from django.db import transaction

from core.accounts.models import User
from inbox.conversations.domain.append import locked
from inbox.conversations.domain.waiting import unanswered_since
from inbox.conversations.enums import State
from inbox.conversations.models import Conversation
from inbox.conversations.push import push_change


class CannotAssign(Exception):
    """Whoever is here for support is nobody's teammate."""


@transaction.atomic
def resolve(conversation: Conversation, *, by: User) -> Conversation:
    """Nothing is left to do: out of the open lists, and nobody waits."""
    row = locked(conversation.id)
    if row.state == State.RESOLVED:
        return row
    row.state, row.waiting_since = State.RESOLVED, None
    row.save(update_fields=["state", "waiting_since"])
    push_change(row, by=by)
    return row


@transaction.atomic
def reopen(conversation: Conversation, *, by: User) -> Conversation:
    """Back to work; the contact waits since the first message that nobody has answered."""
    row = locked(conversation.id)
    if row.state == State.OPEN:
        return row
    row.state = State.OPEN
    row.waiting_since = unanswered_since(row)
    row.save(update_fields=["state", "waiting_since"])
    push_change(row, by=by)
    return row


@transaction.atomic
def assign(conversation: Conversation, *, to: User | None, by: User) -> Conversation:
    """Make it somebody's, or nobody's. Raises CannotAssign."""
    if to is not None and to.is_support:
        raise CannotAssign(f"{to} is here for support and takes no work.")
    row = locked(conversation.id)
    if row.assignee_id == (to.id if to else None):
        return row
    row.assignee = to
    row.save(update_fields=["assignee"])
    push_change(row, by=by)
    return row
