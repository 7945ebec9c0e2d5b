"""What happens in conversations, as facts: one insert each in its transaction, and no row two wait for."""

from collections.abc import Iterable, Mapping, Sequence
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


def on_turns(rows: Sequence[Conversation], before: Mapping[UUID, State], by: User | None) -> None:
    """The state of many changed at once: as on_turn, in as many questions for a thousand as for two."""
    now, person = timezone.now(), by.id if by else None
    resolved = [row for row in rows if row.state == State.RESOLVED]
    reopened = [row for row in rows if row.state == State.OPEN and before[row.id] == State.RESOLVED]
    if not resolved and not reopened:
        return
    clocks = _clocks([row.id for row in (*resolved, *reopened)])
    since = {id: clock.opened_at for id, clock in clocks.items()}
    facts = [_fact(row, kind=Kind.RESOLVED, person=person, at=now, since=since[row.id]) for row in resolved]
    facts += [_fact(row, kind=Kind.REOPENED, person=None, at=now) for row in reopened]
    Clock.objects.filter(conversation__in=[row.id for row in reopened]).update(opened_at=now)
    Fact.objects.bulk_create(facts)
    wake_soon()


def note_resolved(turns: Iterable[tuple[Conversation, UUID | None, datetime]]) -> None:
    """What was resolved elsewhere or before: by whom (None: nobody) and when, since it began."""
    Fact.objects.bulk_create(
        _fact(row, kind=Kind.RESOLVED, person=person, at=at, since=row.created_at)
        for row, person, at in turns
    )


def _clocks(ids: list[UUID]) -> dict[UUID, Clock]:
    """The clocks of locked conversations; those without get theirs."""
    fill(ids)
    return {clock.conversation_id: clock for clock in Clock.objects.filter(conversation__in=ids)}


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
    _fact(conversation, kind=kind, person=person, at=at, since=since).save(force_insert=True)


def _fact(
    conversation: Conversation,
    *,
    kind: Kind,
    person: UUID | None,
    at: datetime,
    since: datetime | None = None,
) -> Fact:
    seconds = int((at - since).total_seconds()) if since else 0
    return Fact(
        day=at.astimezone(UTC).date(),
        kind=kind,
        channel=conversation.channel,
        team=conversation.team_id or NOBODY,
        person=person or NOBODY,
        step=step_of(seconds) if since else 0,
        seconds=max(0, seconds),
    )
