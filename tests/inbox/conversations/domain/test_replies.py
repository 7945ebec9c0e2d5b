"""inbox/conversations/domain/replies.py: an answer is stored, queued once, and its fate is told."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from core import limits
from core.accounts.models import User
from core.limits import Decision
from core.sending.domain import wake
from core.sending.domain.handoff import hand_over
from core.sending.domain.sweep import wake_due
from core.sending.models import Delivery
from core.sending.signals import delivery_delayed, delivery_settled
from inbox.conversations.by_mail import REPLY
from inbox.conversations.domain.replies import (
    CannotReply,
    queue_reply,
    retry_reply,
)
from inbox.conversations.domain.settling import settle_reply
from inbox.conversations.domain.state import resolve
from inbox.conversations.enums import Direction, MessageState, State
from inbox.conversations.models import Conversation, Message, SeenMark
from tenants.context import Place, workspace
from tenants.models import Workspace
from tests.core.sending.sink import free_port, running_sink
from tests.inbox.makers import a_lead


def settle(message: Message, state: str, **facts: Any) -> Delivery:
    """What the ledger says when a delivery has ended."""
    delivery: Delivery = Delivery.objects.get(kind=REPLY, ref=f"{message.id}:{message.attempt}")
    delivery.state = state
    for name, value in facts.items():
        setattr(delivery, name, value)
    delivery_settled.send(Delivery, delivery=delivery)
    message.refresh_from_db()
    return delivery


def test_it_works(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    message = queue_reply(lead.conversation, author=bob, text="Yes, we do.")
    row = Conversation.objects.get(id=lead.conversation.id)
    assert (message.seq, message.direction, message.state) == (2, Direction.OUT, MessageState.QUEUED)
    assert (row.preview, row.last_direction, row.waiting_since) == ("Yes, we do.", Direction.OUT, None)
    delivery = Delivery.objects.get(kind=REPLY)
    facts = (delivery.ref, delivery.to, delivery.contact_id)
    assert facts == (f"{message.id}:1", "zoe@acme.test", lead.contact.id)


def test_who_answers_first_owns_it_and_has_seen_it(in_alice: Place, alice: User, bob: User) -> None:
    lead = a_lead()
    queue_reply(lead.conversation, author=bob, text="Yes.")
    queue_reply(lead.conversation, author=alice, text="I agree.")
    assert Conversation.objects.get(id=lead.conversation.id).assignee == bob
    assert dict(SeenMark.objects.values_list("user__email", "seq")) == {bob.email: 2, alice.email: 3}


def test_an_answer_leaves_a_resolved_conversation_resolved(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    resolve(lead.conversation, by=bob)
    queue_reply(lead.conversation, author=bob, text="One more thing.")
    assert Conversation.objects.get(id=lead.conversation.id).state == State.RESOLVED


def test_without_an_address_there_is_a_reason_and_nothing_is_stored(in_alice: Place, bob: User) -> None:
    lead = a_lead(email="", phone="+49 30 901820")
    with pytest.raises(CannotReply, match="no e-mail address"):
        queue_reply(lead.conversation, author=bob, text="Hello?")
    assert (Message.objects.count(), Delivery.objects.filter(kind=REPLY).count()) == (1, 0)


def test_a_plan_that_is_used_up_is_said(in_alice: Place, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    class UsedUp(limits.Unlimited):
        def may(self, what: str, *, amount: int) -> Decision:
            return Decision(allowed=False, left=0, reason="Your plan's replies are used up.")

    monkeypatch.setattr(limits, "_backend", UsedUp())
    lead = a_lead()
    with pytest.raises(CannotReply, match="used up"):
        queue_reply(lead.conversation, author=bob, text="Hello?")


@pytest.mark.parametrize(
    ("state", "expected"),
    [("sent", "sent"), ("failed", "failed"), ("skipped", "failed"), ("unknown", "unknown")],
)
def test_what_became_of_it_is_written_down(in_alice: Place, bob: User, state: str, expected: str) -> None:
    message = queue_reply(a_lead().conversation, author=bob, text="Yes.")
    settle(message, state, reason="Because.", message_id="<1@alice.test>")
    assert (message.state, message.failure, message.message_id) == (expected, "Because.", "<1@alice.test>")


def test_news_of_other_mail_is_not_for_us(in_alice: Place, bob: User) -> None:
    message = queue_reply(a_lead().conversation, author=bob, text="Yes.")
    delivery = Delivery(kind="system", ref="whatever", state="failed")
    delivery_settled.send(Delivery, delivery=delivery)
    message.refresh_from_db()
    assert message.state == MessageState.QUEUED


def test_a_failed_answer_is_sent_again_as_a_new_delivery(in_alice: Place, bob: User) -> None:
    message = queue_reply(a_lead().conversation, author=bob, text="Yes.")
    first = settle(message, "failed", reason="No such mailbox.")
    again = retry_reply(message)
    assert (again.state, again.failure, again.attempt) == (MessageState.QUEUED, "", 2)
    refs = Delivery.objects.filter(kind=REPLY).order_by("created_at").values_list("ref", flat=True)
    assert list(refs) == [f"{message.id}:1", f"{message.id}:2"]
    first.state = "unknown"
    delivery_settled.send(Delivery, delivery=first)
    again.refresh_from_db()
    assert again.state == MessageState.QUEUED


@pytest.mark.parametrize("state", ["queued", "sent"])
def test_only_what_failed_is_sent_again(in_alice: Place, bob: User, state: str) -> None:
    message = queue_reply(a_lead().conversation, author=bob, text="Yes.")
    settle(message, state)
    retry_reply(message)
    message.refresh_from_db()
    assert (message.attempt, Delivery.objects.filter(kind=REPLY).count()) == (1, 1)


def facts(message: Message) -> tuple[bool, Any]:
    row = Conversation.objects.get(id=message.conversation_id)
    return row.undelivered, row.waiting_since


@pytest.mark.parametrize(("state", "waits"), [("failed", True), ("skipped", True), ("unknown", False)])
def test_who_was_not_reached_still_waits_and_the_list_says_so(
    in_alice: Place, bob: User, state: str, waits: bool
) -> None:
    lead = a_lead()
    message = queue_reply(lead.conversation, author=bob, text="Yes.")
    assert facts(message) == (False, None)
    settle(message, state, reason="The mail server refused the message: no")
    assert facts(message) == (True, lead.message.created_at if waits else None)
    retry_reply(message)
    assert facts(message) == (False, None)
    message.refresh_from_db()
    settle(message, "sent")
    assert facts(message) == (False, None)


def test_one_of_two_that_did_not_arrive_is_still_shown(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    first, second = (queue_reply(lead.conversation, author=bob, text=text) for text in ("One.", "Two."))
    for message, state in ((first, "failed"), (second, "sent")):
        settle(message, state)
    assert facts(second) == (True, None)


def test_in_a_resolved_conversation_nobody_waits_for_what_was_not_sent(in_alice: Place, bob: User) -> None:
    message = queue_reply(a_lead().conversation, author=bob, text="Yes.")
    resolve(message.conversation, by=bob)
    settle(message, "failed")
    assert facts(message) == (True, None)


def test_why_it_has_not_left_yet_is_said_and_forgotten(in_alice: Place, bob: User) -> None:
    message = queue_reply(a_lead().conversation, author=bob, text="Yes.")
    delivery: Delivery = Delivery.objects.get(kind=REPLY)
    delivery.reason = "The mail server did not answer."
    delivery_delayed.send(Delivery, delivery=delivery)
    message.refresh_from_db()
    assert (message.state, message.failure) == (MessageState.QUEUED, "The mail server did not answer.")
    settle(message, "sent", reason="")
    delivery_delayed.send(Delivery, delivery=delivery)
    message.refresh_from_db()
    assert (message.state, message.failure) == (MessageState.SENT, "")


def test_an_outage_says_when_it_is_tried_again_and_is_over_by_itself(
    in_alice: Place,
    bob: User,
    client_for: Callable[..., Client],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody listens, then the server is busy, then it takes the mail: each by what the scheduler wakes."""
    woken: list[Any] = []
    monkeypatch.setattr(wake, "enqueue", lambda name, *ids: woken.extend(ids))
    message = queue_reply(a_lead().conversation, author=bob, text="Yes.")
    client, url = client_for(bob), f"/inbox/{message.conversation_id}/"
    with running_sink(at_rcpt=["451 busy"]) as sink:
        for server, words, minutes in (
            (f"smtp://127.0.0.1:{free_port()}", "cannot be reached", 1),
            (sink.url, "asked to try later: busy", 5),
        ):
            settings.SMTP_URL = server
            hand_over_due(woken)
            message.refresh_from_db()
            delivery = Delivery.objects.get(kind=REPLY)
            assert (message.state, words in message.failure) == (MessageState.QUEUED, True)
            assert message.retry_at == delivery.next_attempt_at
            wait = delivery.next_attempt_at - timezone.now()
            assert timedelta(minutes=minutes - 0.5) < wait <= timedelta(minutes=minutes)
            page = " ".join(client.get(url).content.decode().split())
            assert f'It is tried again at <time datetime="{message.retry_at.isoformat()}"' in page
            hand_over_due(woken)
            assert Delivery.objects.get(kind=REPLY).attempts == delivery.attempts  # not before its time
            Delivery.objects.update(next_attempt_at=timezone.now())
        hand_over_due(woken)
    message.refresh_from_db()
    assert (message.state, message.failure, message.retry_at) == (MessageState.SENT, "", None)
    assert [item.rcpt_tos for item in sink.accepted] == [["zoe@acme.test"]]


def hand_over_due(woken: list[Any]) -> None:
    """What the task does that the scheduler runs when something is due, and then the worker it wakes."""
    woken.clear()
    wake_due()
    hand_over([UUID(id) for id in woken])


def test_sending_again_waits_for_news_of_the_last_attempt(fresh_workspace: Callable[..., Workspace]) -> None:
    row = fresh_workspace()
    with workspace(row):
        message = queue_reply(a_lead().conversation, author=User.objects.get(), text="Yes.")
        Message.objects.filter(id=message.id).update(state=MessageState.UNKNOWN)
        delivery: Delivery = Delivery.objects.get(kind=REPLY)
        delivery.state = Delivery.State.SENT
    asked = Event()

    def again() -> str:
        asked.set()
        try:
            with workspace(row):
                return retry_reply(Message.objects.get(id=message.id)).state
        finally:
            connections.close_all()

    with workspace(row), ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            settle_reply(delivery)
            answer = threads.submit(again)
            asked.wait(10)
            time.sleep(0.3)  # for the other one to come as far as it can
        assert answer.result(10) == "sent"
        assert Delivery.objects.filter(kind=REPLY).count() == 1
