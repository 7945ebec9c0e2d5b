"""Pending and snoozed: out of the open lists, and back when they write or the time has come."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.accounts.models import User
from inbox.conversations.domain import waking
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.domain.state import CannotSnooze, reopen, set_pending, snooze
from inbox.conversations.domain.waking import wake_due
from inbox.conversations.enums import State
from inbox.conversations.models import Conversation, ConversationLabel, Label
from tenants.context import Place, platform
from tenants.models import WorkDue
from tests.inbox.makers import a_lead, leads

HOUR = timedelta(hours=1)


def row() -> Conversation:
    found: Conversation = Conversation.objects.get()
    return found


def test_pending_waits_for_nobody_here(in_alice: Place, bob: User) -> None:
    set_pending(a_lead().conversation, by=bob)
    assert (row().state, row().waiting_since) == (State.PENDING, None)


def test_snoozed_until_a_time_it_is_noted_as_due(
    in_alice: Place, bob: User, in_commit: Callable[[], Any]
) -> None:
    until = timezone.now() + HOUR
    with in_commit():
        snooze(a_lead().conversation, until=until, by=bob)
    assert (row().state, row().snoozed_until, row().waiting_since) == (State.SNOOZED, until, None)
    with platform():
        assert WorkDue.objects.filter(kind="inbox.snooze", due_at=until).count() == 1


def test_snoozed_until_they_write(in_alice: Place, bob: User) -> None:
    conversation = a_lead().conversation
    snooze(conversation, until=None, by=bob)
    assert (row().state, row().snoozed_until) == (State.SNOOZED, None)
    wake_due()
    assert row().state == State.SNOOZED
    a_lead(text="Hello?", conversation_id=conversation.id)
    assert row().state == State.OPEN


@pytest.mark.parametrize(
    ("ahead", "said"),
    [(-HOUR, "That time has passed. Choose a later one."), (timedelta(days=400), "for a year at most")],
)
def test_a_time_that_cannot_be_is_refused(in_alice: Place, bob: User, ahead: timedelta, said: str) -> None:
    with pytest.raises(CannotSnooze, match=said):
        snooze(a_lead().conversation, until=timezone.now() + ahead, by=bob)
    assert row().state == State.OPEN


def test_it_wakes_on_top_and_waits_since_before(in_alice: Place, bob: User) -> None:
    first, second = leads(2)
    label = Label.objects.create(name="Hot")
    ConversationLabel.objects.create(
        conversation=first.conversation, label=label, last_message_at=first.conversation.last_message_at
    )
    snooze(first.conversation, until=timezone.now() + HOUR, by=bob)
    Conversation.objects.filter(id=first.conversation.id).update(snoozed_until=timezone.now() - HOUR)
    wake_due()
    woken, newest = Conversation.objects.order_by("-last_message_at")
    assert (woken.id, newest.id) == (first.conversation.id, second.conversation.id)
    assert (woken.state, woken.snoozed_until) == (State.OPEN, None)
    assert woken.waiting_since == first.message.created_at
    assert ConversationLabel.objects.get().last_message_at == woken.last_message_at


def test_what_was_answered_wakes_without_a_wait(in_alice: Place, bob: User) -> None:
    conversation = a_lead().conversation
    queue_reply(conversation, author=bob, text="I will ask.")
    snooze(conversation, until=timezone.now() + HOUR, by=bob)
    Conversation.objects.update(snoozed_until=timezone.now() - HOUR)
    wake_due()
    assert (row().state, row().waiting_since) == (State.OPEN, None)


def test_many_wake_in_batches(in_alice: Place, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "BATCH", 2)
    for lead in leads(5):
        snooze(lead.conversation, until=timezone.now() + HOUR, by=bob)
    Conversation.objects.update(snoozed_until=timezone.now() - HOUR)
    wake_due()
    assert set(Conversation.objects.values_list("state", flat=True)) == {State.OPEN}


def test_reopened_it_sleeps_no_more(in_alice: Place, bob: User) -> None:
    conversation = a_lead().conversation
    snooze(conversation, until=timezone.now() + HOUR, by=bob)
    reopen(conversation, by=bob)
    assert (row().state, row().snoozed_until) == (State.OPEN, None)
