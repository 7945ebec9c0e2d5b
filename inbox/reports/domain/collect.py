"""What happens in conversations, as facts: one insert each in its transaction, and no row two wait for."""

from datetime import UTC, datetime
from uuid import UUID

from django.utils import timezone

from core.accounts.models import User
from inbox.conversations.enums import Direction, State
from inbox.conversations.models import Conversation, Message
from inbox.reports.domain.due import wake_soon
from inbox.reports.domain.history import fill
from inbox.reports.enums import NOBODY, Kind, step_of
from inbox.reports.models import Clock, Fact


def on_message(message: Message) -> None:
    """A message was stored. Robots' answers and private notes are nobody's work."""
    conversation = message.conversation
    if message.direction == Direction.NOTE or message.automatic:
        return
    if message.direction == Direction.IN:
        _on_received(conversation, at=message.created_at)
    else:
        _on_sent(conversation, by=message.author_id, at=message.created_at)
    wake_soon()


def on_turn(conversation: Conversation, before: State, by: User | None) -> None:
    """The state changed: somebody resolved it, or it came back."""
    now = timezone.now()
    if conversation.state == State.RESOLVED:
        clock = _clock(conversation)
        _note(conversation, kind=Kind.RESOLVED, person=by.id if by else None, at=now, since=clock.opened_at)
    elif before == State.RESOLVED and conversation.state == State.OPEN:
        Clock.objects.filter(id=_clock(conversation).id).update(opened_at=now)
        _note(conversation, kind=Kind.REOPENED, person=None, at=now)
    else:
        return
    wake_soon()


def _on_received(conversation: Conversation, *, at: datetime) -> None:
    if conversation.next_seq == 1:
        Clock.objects.create(conversation=conversation, opened_at=at)
        _note(conversation, kind=Kind.STARTED, person=None, at=at)
    else:
        _clock(conversation)
    _note(conversation, kind=Kind.RECEIVED, person=None, at=at)


def _on_sent(conversation: Conversation, *, by: UUID | None, at: datetime) -> None:
    _note(conversation, kind=Kind.SENT, person=by, at=at)
    clock = _clock(conversation)
    if Clock.objects.filter(id=clock.id, replied=False).update(replied=True):
        _note(conversation, kind=Kind.REPLIED, person=by, at=at, since=conversation.created_at)


def _clock(conversation: Conversation) -> Clock:
    """The conversation's clock. The conversation is locked, so nobody else gives it one at the same time."""
    clock = Clock.objects.filter(conversation=conversation).first()
    if clock is None:
        fill([conversation.id])
        clock = Clock.objects.get(conversation=conversation)
    return clock


def _note(
    conversation: Conversation,
    *,
    kind: Kind,
    person: UUID | None,
    at: datetime,
    since: datetime | None = None,
) -> None:
    seconds = int((at - since).total_seconds()) if since else 0
    Fact.objects.create(
        day=at.astimezone(UTC).date(),
        kind=kind,
        channel=conversation.channel,
        team=conversation.team_id or NOBODY,
        person=person or NOBODY,
        step=step_of(seconds) if since else 0,
        seconds=max(0, seconds),
    )
