"""inbox/conversations/domain/append.py: what a message of each kind changes on its conversation's row."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.accounts.models import User
from inbox.conversations.access import access_conversation
from inbox.conversations.domain.append import append, locked
from inbox.conversations.domain.seen import mark_seen
from inbox.conversations.enums import Direction, MessageState, State
from inbox.conversations.models import Conversation, ConversationLabel, Label, Message
from tenants.context import Place
from tenants.ids import uuid7
from tests.inbox.makers import a_lead


def note(conversation: Conversation, *, author: User) -> Message:
    message = Message(
        direction=Direction.NOTE, author=author, body_text="Ask Eve.", state=MessageState.STORED
    )
    with transaction.atomic():
        return append(locked(conversation.id), message=message)


def test_a_note_leaves_the_list_as_it_is(in_alice: Place, bob: User) -> None:
    before = a_lead().conversation
    stored = note(before, author=bob)
    after = Conversation.objects.get()
    assert (stored.seq, after.next_seq) == (2, 3)
    assert (after.preview, after.last_message_at) == (before.preview, before.last_message_at)
    assert (after.waiting_since, after.assignee_id) == (before.waiting_since, None)
    assert (after.last_direction, after.message_count) == (Direction.IN, 1)


def test_a_note_makes_nothing_unread(in_alice: Place, alice: User, bob: User) -> None:
    conversation = a_lead().conversation
    mark_seen(conversation, user=alice, seq=1)
    note(conversation, author=bob)
    assert not access_conversation(alice, id=conversation.id).is_unread


def test_a_note_keeps_unread_what_was(in_alice: Place, alice: User, bob: User) -> None:
    conversation = a_lead().conversation
    note(conversation, author=bob)
    assert access_conversation(alice, id=conversation.id).is_unread


def test_a_row_from_before_the_column_is_filled_by_what_comes(in_alice: Place, bob: User) -> None:
    conversation = a_lead().conversation
    Conversation.objects.update(last_in_seq=None)
    assert Conversation.objects.get().newest_in == 1
    note(conversation, author=bob)
    assert Conversation.objects.get().last_in_seq == 1


@pytest.mark.parametrize("state", [State.PENDING, State.SNOOZED, State.RESOLVED])
def test_the_contact_wakes_what_rested(in_alice: Place, state: State) -> None:
    conversation = a_lead().conversation
    tomorrow = timezone.now() + timedelta(days=1)
    Conversation.objects.update(state=state, waiting_since=None, snoozed_until=tomorrow)
    a_lead(text="Hello?", conversation_id=conversation.id)
    row = Conversation.objects.get()
    assert (row.state, row.snoozed_until, row.waiting_since) == (State.OPEN, None, row.last_message_at)


def test_a_robot_wakes_nothing(in_alice: Place) -> None:
    conversation = a_lead().conversation
    Conversation.objects.update(state=State.SNOOZED, waiting_since=None)
    a_lead(text="I am away.", conversation_id=conversation.id, automatic=True)
    assert Conversation.objects.get().state == State.SNOOZED


def test_a_labels_list_stays_in_order(in_alice: Place) -> None:
    conversation = a_lead().conversation
    long_ago = timezone.now() - timedelta(days=9)
    ConversationLabel.objects.create(
        conversation=conversation, label=Label.objects.create(name="Urgent"), last_message_at=long_ago
    )
    a_lead(text="Hello?", conversation_id=conversation.id)
    assert ConversationLabel.objects.get().last_message_at == Conversation.objects.get().last_message_at


def test_what_the_browser_sends_twice_cannot_be_stored_twice(in_alice: Place) -> None:
    conversation, key = a_lead().conversation, uuid7()
    Message.objects.update(client_key=key)
    message = Message(direction=Direction.OUT, state=MessageState.QUEUED, client_key=key)
    with pytest.raises(IntegrityError), transaction.atomic():
        append(locked(conversation.id), message=message)
