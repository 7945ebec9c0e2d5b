"""Where an answer goes: into the chat, by mail to who has left, and by mail later when nobody has seen it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from core.accounts.models import User
from core.sending.models import Delivery
from inbox.conversations.composing import compose_reply
from inbox.conversations.domain.append import append, locked
from inbox.conversations.domain.notes import write_note
from inbox.conversations.domain.replies import CannotReply, queue_reply
from inbox.conversations.domain.settling import settle_reply
from inbox.conversations.enums import Direction, MessageState
from inbox.conversations.models import Message
from inbox.transports.chat.domain.answers import mail_unseen
from inbox.transports.chat.domain.visits import KeyTaken, Said, write
from inbox.transports.chat.hooks import UNSEEN
from inbox.transports.chat.models import Visitor
from tenants.context import platform, workspace
from tenants.models import WorkDue, Workspace
from tests.inbox.transports.chat.conftest import Browser, conversation_of, visitor_of

LONG = timedelta(minutes=10)


@pytest.fixture
def known(vera: Browser) -> Browser:
    """Vera has left her address."""
    vera.write()
    vera.post("contact", email="vera@acme.test", name="Vera")
    return vera


def leaves(*, ago: timedelta = LONG) -> None:
    """The visitor's page has been closed for a while; answers that came before wait as long."""
    Visitor.objects.update(last_seen_at=timezone.now() - ago)
    Visitor.objects.exclude(waits_since=None).update(waits_since=timezone.now() - ago)


def mails() -> list[tuple[str, int | None]]:
    return [(row.to, row.payload.get("since")) for row in Delivery.objects.order_by("created_at")]


def test_who_is_there_reads_it_in_the_chat(known: Browser, alice_ws: Workspace, alice: User) -> None:
    with workspace(alice_ws):
        conversation = conversation_of(known)
        assert conversation.transport.way(conversation) == (
            "Reply in the chat",
            "in the chat, later to vera@acme.test",
        )
        assert queue_reply(conversation, author=alice, text="Yes.").state == MessageState.SENT
        assert mails() == []


def test_who_has_left_reads_it_by_mail(known: Browser, alice_ws: Workspace, alice: User) -> None:
    with workspace(alice_ws):
        leaves()
        conversation = conversation_of(known)
        assert conversation.transport.way(conversation)[1] == "to vera@acme.test"
        message = queue_reply(conversation, author=alice, text="Yes.")
        assert (message.state, mails()) == (MessageState.QUEUED, [("vera@acme.test", None)])
        leaves()
        mail_unseen()
        assert len(mails()) == 1
    assert known.texts() == ["Do you deliver?", "Yes."]


def test_who_left_no_address_reads_it_when_they_are_back(
    vera: Browser, alice_ws: Workspace, alice: User
) -> None:
    vera.write()
    with workspace(alice_ws):
        leaves()
        assert queue_reply(conversation_of(vera), author=alice, text="Yes.").state == MessageState.SENT
        leaves()
        mail_unseen()
        assert mails() == []


def test_what_nobody_saw_is_one_mail_without_notes(
    known: Browser, alice_ws: Workspace, alice: User, in_commit: Callable[[], Any]
) -> None:
    with workspace(alice_ws), in_commit():
        first = queue_reply(conversation_of(known), author=alice, text="One.")
        row = locked(first.conversation_id)
        note = Message(direction=Direction.NOTE, author=alice, body_text="A note", state=MessageState.STORED)
        append(row, message=note)
        last = queue_reply(conversation_of(known), author=alice, text="Two.")
    with platform():
        assert WorkDue.objects.filter(kind=UNSEEN).exists()
    with workspace(alice_ws):
        mail_unseen()
        assert mails() == []
        leaves()
        for _ in range(2):
            mail_unseen()
        delivery = Delivery.objects.get()
        assert (delivery.to, delivery.ref) == ("vera@acme.test", f"{last.id}:1")
        assert compose_reply(delivery).text.startswith("One.\n\nTwo.\n\nOn ")
        assert "A note" not in compose_reply(delivery).text
        delivery.state, delivery.message_id = Delivery.State.SENT, "<1@x.test>"
        settle_reply(delivery)
        assert Message.objects.get(id=last.id).state == MessageState.SENT


def test_what_was_seen_is_not_mailed(known: Browser, alice_ws: Workspace, alice: User) -> None:
    with workspace(alice_ws):
        first = queue_reply(conversation_of(known), author=alice, text="One.")
        queue_reply(conversation_of(known), author=alice, text="Two.")
    known.post("seen", message=str(first.id))
    with workspace(alice_ws):
        leaves()
        mail_unseen()
        assert mails() == [("vera@acme.test", 3)]


def test_who_is_still_there_is_not_mailed(known: Browser, alice_ws: Workspace, alice: User) -> None:
    with workspace(alice_ws):
        queue_reply(conversation_of(known), author=alice, text="One.")
        leaves()
        Visitor.objects.update(last_seen_at=timezone.now())
        mail_unseen()
        assert (mails(), visitor_of(known).waits_since is None) == ([], False)


def test_an_answer_by_mail_comes_back_into_the_chat(known: Browser, alice_ws: Workspace) -> None:
    from dataclasses import replace

    from inbox.conversations.domain.capture import capture
    from tests.inbox.makers import LEAD

    with workspace(alice_ws):
        answer = replace(
            LEAD, email="vera@acme.test", text="By mail", conversation_id=conversation_of(known).id
        )
        capture(answer)
    assert known.texts() == ["Do you deliver?", "By mail"]


def test_a_conversation_without_its_visitor_is_answered_by_mail(
    known: Browser, alice_ws: Workspace, alice: User
) -> None:
    with workspace(alice_ws):
        Visitor.objects.update(is_blocked=True)
        conversation = visitor_of(known).conversation
        assert conversation
        assert queue_reply(conversation, author=alice, text="Yes.").state == MessageState.QUEUED
        type(conversation.contact).objects.update(email="", email_key=None)
        with pytest.raises(CannotReply, match="left no e-mail address"):
            queue_reply(conversation, author=alice, text="Yes.")


def test_a_key_of_the_teams_opens_nothing_to_the_visitor(
    known: Browser, alice_ws: Workspace, alice: User
) -> None:
    key = uuid4()
    with workspace(alice_ws):
        write_note(conversation_of(known), author=alice, text="Between us.", client_key=key)
        with pytest.raises(KeyTaken):
            write(visitor_of(known), Said(key=key, text="Hello?"))
