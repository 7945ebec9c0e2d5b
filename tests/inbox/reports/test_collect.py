"""What happens is counted once, in the right column; what was before is filled in once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from core.accounts.models import Team, User
from inbox.conversations.domain.append import append, locked
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.domain.sorting import assign_team
from inbox.conversations.domain.state import reopen, resolve
from inbox.conversations.enums import Direction, MessageState
from inbox.conversations.models import Conversation, Message
from inbox.reports.domain import fold as folding
from inbox.reports.domain import history
from inbox.reports.domain.fold import fold
from inbox.reports.domain.history import fill_all
from inbox.reports.enums import NOBODY, step_of
from inbox.reports.models import Clock, Day, Fact
from tenants.context import Place
from tests.inbox.makers import a_lead, leads


def counted() -> dict[str, int]:
    fold()
    found: dict[str, int] = {}
    for kind, count in Day.objects.values_list("kind", "count"):
        found[kind] = found.get(kind, 0) + count
    return found


def test_a_conversation_from_first_word_to_resolved(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    for text in ("Yes.", "From nine."):
        queue_reply(lead.conversation, author=bob, text=text)
    a_lead(text="Thanks.", conversation_id=lead.conversation.id)
    resolve(lead.conversation, by=bob)
    reopen(lead.conversation, by=bob)
    resolve(lead.conversation, by=bob)
    assert counted() == {
        "started": 1, "received": 2, "sent": 2, "replied": 1, "resolved": 2, "reopened": 1,
    }  # fmt: skip
    assert set(
        Day.objects.filter(kind__in=["sent", "replied", "resolved"]).values_list("person", flat=True)
    ) == {bob.id}
    assert Fact.objects.count() == 0


def test_robots_and_notes_are_nobodys_work(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    a_lead(text="I am away.", conversation_id=lead.conversation.id, automatic=True)
    note = Message(direction=Direction.NOTE, author=bob, body_text="Ask Eve.", state=MessageState.STORED)
    with transaction.atomic():
        append(locked(lead.conversation.id), message=note)
    assert counted() == {"started": 1, "received": 1}


def test_a_message_that_reopens_is_counted_as_such(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    resolve(lead.conversation, by=bob)
    a_lead(text="One more thing.", conversation_id=lead.conversation.id)
    assert counted()["reopened"] == 1


def test_how_long_it_took(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    Conversation.objects.update(created_at=timezone.now() - timedelta(hours=3))
    queue_reply(lead.conversation, author=bob, text="Yes.")
    fold()
    row = Day.objects.get(kind="replied")
    assert (row.step, row.seconds // 60) == (step_of(3 * 3600), 180)


def test_what_was_rolled_back_is_not_counted(in_alice: Place) -> None:
    with transaction.atomic():
        a_lead()
        transaction.set_rollback(True)
    assert counted() == {}


def test_it_is_counted_for_the_team_it_is_with(in_alice: Place, bob: User) -> None:
    lead, team = a_lead(), Team.objects.create(name="Sales")
    assign_team(lead.conversation, to=team, by=bob)
    queue_reply(lead.conversation, author=bob, text="Yes.")
    fold()
    assert Day.objects.get(kind="sent").team == team.id
    assert str(Day.objects.get(kind="received").team) == NOBODY


def test_folding_adds_up_in_batches(in_alice: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "BATCH", 2)
    leads(3)
    assert counted() == {"started": 3, "received": 3}
    leads(2, subject="Another")
    assert counted() == {"started": 5, "received": 5}
    assert Day.objects.count() == 2


def forget() -> None:
    """As in a workspace from before there were reports."""
    Fact.objects.all().delete()
    Clock.objects.all().delete()


def test_what_was_before_is_filled_in_once(
    in_alice: Place, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "BATCH", 2)
    made = leads(3)
    queue_reply(made[0].conversation, author=bob, text="Yes.")
    queue_reply(made[0].conversation, author=bob, text="Surely.")
    a_lead(text="I am away.", conversation_id=made[1].conversation.id, automatic=True)
    live = counted()
    Day.objects.all().delete()
    forget()
    assert (fill_all(), fill_all()) == (3, 0)
    assert counted() == live == {"started": 3, "received": 3, "sent": 2, "replied": 1}
    assert Clock.objects.get(conversation=made[0].conversation).replied


def test_one_that_goes_on_is_filled_with_what_comes(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    forget()
    queue_reply(lead.conversation, author=bob, text="Yes.")
    assert fill_all() == 0
    assert counted() == {"started": 1, "received": 1, "sent": 1, "replied": 1}


def test_filled_times_are_those_of_the_messages(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    queue_reply(lead.conversation, author=bob, text="Yes.")
    forget()
    began = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    Conversation.objects.update(created_at=began)
    Message.objects.filter(seq=1).update(created_at=began)
    Message.objects.filter(seq=2).update(created_at=began + timedelta(hours=2))
    fill_all()
    fold()
    found: dict[str, Any] = {
        row.kind: (row.day.isoformat(), row.step, row.seconds) for row in Day.objects.all()
    }
    assert found == {
        "started": ("2026-03-02", 0, 0),
        "received": ("2026-03-02", 0, 0),
        "sent": ("2026-03-03", 0, 0),
        "replied": ("2026-03-03", step_of(7200), 7200),
    }


@pytest.mark.parametrize(("seconds", "step"), [(-5, 0), (0, 0), (59, 0), (60, 1), (299, 1), (10**9, 12)])
def test_steps(seconds: int, step: int) -> None:
    assert step_of(seconds) == step
