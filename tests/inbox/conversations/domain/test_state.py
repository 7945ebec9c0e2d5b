"""inbox/conversations/domain/state.py: resolve, reopen, assign."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.accounts.models import User
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.domain.sorting import assign
from inbox.conversations.domain.state import reopen, resolve
from inbox.conversations.enums import State
from inbox.conversations.models import Conversation
from tenants.context import Place
from tests.inbox.makers import a_lead


def row() -> Conversation:
    found: Conversation = Conversation.objects.get()
    return found


def test_resolved_means_nobody_waits(in_alice: Place, bob: User) -> None:
    resolve(a_lead().conversation, by=bob)
    assert (row().state, row().waiting_since) == (State.RESOLVED, None)


def test_reopened_the_contact_waits_since_their_last_message(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    resolve(lead.conversation, by=bob)
    reopen(lead.conversation, by=bob)
    assert (row().state, row().waiting_since) == (State.OPEN, row().last_message_at)


def test_reopened_the_wait_began_with_the_first_unanswered_message(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    queue_reply(lead.conversation, author=bob, text="Which size?")
    first = a_lead(text="Large.", conversation_id=lead.conversation.id).message
    a_lead(text="Or small.", conversation_id=lead.conversation.id)
    a_lead(text="I am away.", conversation_id=lead.conversation.id, automatic=True)
    resolve(lead.conversation, by=bob)
    reopen(lead.conversation, by=bob)
    assert row().waiting_since == first.created_at


def test_reopened_an_absence_notice_waits_for_nothing(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    queue_reply(lead.conversation, author=bob, text="Yes.")
    a_lead(text="I am away.", conversation_id=lead.conversation.id, automatic=True)
    resolve(lead.conversation, by=bob)
    reopen(lead.conversation, by=bob)
    assert (row().state, row().waiting_since) == (State.OPEN, None)


def test_reopened_after_our_answer_nobody_waits(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    queue_reply(lead.conversation, author=bob, text="Yes.")
    resolve(lead.conversation, by=bob)
    reopen(lead.conversation, by=bob)
    assert (row().state, row().waiting_since) == (State.OPEN, None)


def test_assigned_and_given_back(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    assign(lead.conversation, to=bob, by=bob)
    assert row().assignee == bob
    assign(lead.conversation, to=None, by=bob)
    assert row().assignee is None


def test_the_database_lets_nobody_wait_in_a_resolved_conversation(in_alice: Place, bob: User) -> None:
    resolve(a_lead().conversation, by=bob)
    with pytest.raises(IntegrityError, match="conversation_waits_while_open"), transaction.atomic():
        Conversation.objects.update(waiting_since=timezone.now())
