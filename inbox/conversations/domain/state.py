"""Whose turn a conversation is: open, pending, snoozed, resolved.

A new message from the contact reopens by itself, in append.py; what sleeps until a time wakes in waking.py.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.accounts.models import User
from inbox.conversations.domain.append import locked
from inbox.conversations.domain.marks import keep_marks
from inbox.conversations.domain.waiting import unanswered_since
from inbox.conversations.enums import State
from inbox.conversations.models import Conversation
from inbox.conversations.push import push_change
from inbox.conversations.turned import tell_turn
from tenants.due import note_due

SNOOZE = "inbox.snooze"
"""The kind of due work that wakes what is snoozed."""

LONGEST_SNOOZE = timedelta(days=366)


class CannotSnooze(ValueError):
    """The time has passed or is too far away; the text says which."""


def resolve(conversation: Conversation, *, by: User) -> Conversation:
    """Nothing is left to do: out of the open lists, and nobody waits."""
    return _rest(conversation, state=State.RESOLVED, until=None, by=by)


def set_pending(conversation: Conversation, *, by: User) -> Conversation:
    """Somebody else has to do something first: out of the open lists until the contact writes."""
    return _rest(conversation, state=State.PENDING, until=None, by=by)


def snooze(conversation: Conversation, *, until: datetime | None, by: User) -> Conversation:
    """Out of the open lists until that time or the contact's next message, whichever is first.

    Raises CannotSnooze.
    """
    now = timezone.now()
    if until is not None and until <= now:
        raise CannotSnooze("That time has passed. Choose a later one.")
    if until is not None and until > now + LONGEST_SNOOZE:
        raise CannotSnooze("A conversation sleeps for a year at most. Choose an earlier day.")
    return _rest(conversation, state=State.SNOOZED, until=until, by=by)


@transaction.atomic
def reopen(conversation: Conversation, *, by: User | None) -> Conversation:
    """Back to work; the contact waits since the first message that nobody has answered."""
    row = locked(conversation.id)
    if row.state == State.OPEN:
        return row
    before, row.state, row.snoozed_until = row.state, State.OPEN, None
    row.waiting_since = unanswered_since(row)
    row.save(update_fields=["state", "snoozed_until", "waiting_since"])
    keep_marks(row)
    tell_turn(row, before=before, by=by)
    push_change(row, by=by)
    return row


@transaction.atomic
def _rest(conversation: Conversation, *, state: State, until: datetime | None, by: User) -> Conversation:
    row = locked(conversation.id)
    if (row.state, row.snoozed_until) == (state, until):
        return row
    before, row.state, row.snoozed_until, row.waiting_since = row.state, state, until, None
    row.save(update_fields=["state", "snoozed_until", "waiting_since"])
    keep_marks(row)
    tell_turn(row, before=before, by=by)
    push_change(row, by=by)
    if until is not None:
        note_due(SNOOZE, until)
    return row
