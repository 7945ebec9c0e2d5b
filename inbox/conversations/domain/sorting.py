"""Whose matter a conversation is and how it is sorted: assignee, team, priority, labels."""

from django.db import transaction

from core.accounts.models import Team, User
from inbox.conversations.domain.append import locked
from inbox.conversations.domain.holding import Gone, hold_label, hold_team
from inbox.conversations.enums import Priority
from inbox.conversations.models import Conversation, ConversationLabel, Label
from inbox.conversations.notices import tell_assigned, tell_team
from inbox.conversations.push import push_change

MOST_LABELS = 20
"""Labels that one conversation may have; more sort nothing."""


class CannotAssign(Exception):
    """Whoever is here for support, or has no access any more, is nobody's teammate."""


class TooManyLabels(Exception):
    """The conversation has as many labels as it may have."""


@transaction.atomic
def assign(conversation: Conversation, *, to: User | None, by: User) -> Conversation:
    """Make it somebody's, or nobody's. Raises CannotAssign."""
    if to is not None and to.is_support:
        raise CannotAssign(f"{to} is here for support and takes no work.")
    if to is not None and not to.is_active:
        raise CannotAssign(f"{to} has no access any more and takes no work.")
    row = locked(conversation.id)
    if row.assignee_id == (to.id if to else None):
        return row
    row.assignee = to
    row.save(update_fields=["assignee"])
    if to is not None:
        tell_assigned(row, to=to, by=by)
    push_change(row, by=by)
    return row


@transaction.atomic
def assign_team(conversation: Conversation, *, to: Team | None, by: User) -> Conversation:
    """Make it a team's, or no team's; whose it is among them stays as it is. Raises Gone."""
    if to is not None and not hold_team(to.id):  # before the row: who deletes a team takes its rows after it
        raise Gone("That team is gone.")
    row = locked(conversation.id)
    if row.team_id == (to.id if to else None):
        return row
    row.team = to
    row.save(update_fields=["team"])
    if to is not None:
        tell_team(row, to=to, by=by)
    push_change(row, by=by)
    return row


@transaction.atomic
def set_priority(conversation: Conversation, *, priority: Priority, by: User) -> Conversation:
    row = locked(conversation.id)
    if row.priority == priority:
        return row
    row.priority = priority
    row.save(update_fields=["priority"])
    push_change(row, by=by)
    return row


@transaction.atomic
def add_label(conversation: Conversation, *, label: Label, by: User) -> Conversation:
    """Put a label on it; one that is there already stays. Raises TooManyLabels and Gone."""
    row = locked(conversation.id)
    if not hold_label(label.id):
        raise Gone("That label is gone.")
    marks = ConversationLabel.objects.filter(conversation=row, label__deleted_at=None)
    if marks.filter(label=label).exists():
        return row
    if marks.count() >= MOST_LABELS:
        raise TooManyLabels(f"A conversation has {MOST_LABELS} labels at most. Take one off first.")
    ConversationLabel.objects.create(
        conversation=row, label=label, state=row.state, last_message_at=row.last_message_at
    )
    push_change(row, by=by)
    return row


@transaction.atomic
def remove_label(conversation: Conversation, *, label: Label, by: User) -> Conversation:
    """Take a label off it; one that is not there changes nothing."""
    row = locked(conversation.id)
    if ConversationLabel.objects.filter(conversation=row, label=label).delete()[0]:
        push_change(row, by=by)
    return row
