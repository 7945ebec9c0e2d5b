"""The registry of transports: each channel delivers its own way and hears of all but private notes."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.accounts.models import User
from core.sending.models import Delivery
from inbox.attachments.domain.drafts import add_file
from inbox.attachments.enums import DraftKind
from inbox.conversations import transports
from inbox.conversations.by_mail import deliver_by_mail
from inbox.conversations.composing import compose_reply
from inbox.conversations.domain.append import append, locked
from inbox.conversations.domain.replies import CannotReply, queue_reply
from inbox.conversations.domain.seen import mark_seen
from inbox.conversations.enums import Direction, MessageState
from inbox.conversations.models import Conversation, Message
from inbox.conversations.push import push_message
from inbox.conversations.transports import OTHER, Transport, channel_choices, register, transport_of
from tenants.context import Place
from tests.core.files.uploads import PDF
from tests.inbox.makers import a_lead

pytestmark = pytest.mark.usefixtures("in_alice")


class Pigeons:
    """A channel that answers by pigeon, and what it was told."""

    def __init__(self) -> None:
        self.carried: list[str] = []
        self.told: list[tuple[str, str]] = []
        self.seen: list[int] = []
        self.obstacle = ""

    def transport(self) -> Transport:
        return Transport(
            channel="pigeon",
            label="Pigeon",
            icon="send",
            obstacle=lambda conversation: self.obstacle,
            deliver=self.deliver,
            added=lambda message: self.told.append((message.direction, message.body_text)),
            seen=lambda conversation, seq: self.seen.append(seq),
            contact_seen=lambda conversation: 7,
            takes_files=False,
        )

    def deliver(self, message: Message) -> MessageState:
        self.carried.append(message.body_text)
        return MessageState.SENT


@pytest.fixture
def pigeons() -> Iterator[Pigeons]:
    one = Pigeons()
    register(one.transport())
    yield one
    del transports._transports["pigeon"]


@pytest.fixture
def conversation(pigeons: Pigeons, in_alice: Place) -> Conversation:
    return a_lead(channel="pigeon", email="", phone="", external_id="p").conversation


def test_an_answer_goes_the_channels_way(conversation: Conversation, pigeons: Pigeons, alice: User) -> None:
    message = queue_reply(conversation, author=alice, text="Coo.")
    message.refresh_from_db()
    assert (message.state, pigeons.carried, Delivery.objects.count()) == (MessageState.SENT, ["Coo."], 0)


def test_what_stands_in_its_way_is_said(conversation: Conversation, pigeons: Pigeons, alice: User) -> None:
    pigeons.obstacle = "It rains."
    with pytest.raises(CannotReply, match=r"It rains\."):
        queue_reply(conversation, author=alice, text="Coo.")
    assert (Message.objects.count(), pigeons.carried) == (1, [])


def test_it_may_carry_no_files(conversation: Conversation, pigeons: Pigeons, alice: User) -> None:
    file = add_file(conversation.id, user=alice, name="plan.pdf", data=PDF, kind=DraftKind.REPLY).file
    with pytest.raises(CannotReply, match="Answers here take no files"):
        queue_reply(conversation, author=alice, text="Coo.", file_ids=[file.id])
    assert (Message.objects.count(), pigeons.carried) == (1, [])


def test_it_hears_of_messages_and_never_of_notes(
    conversation: Conversation, pigeons: Pigeons, alice: User
) -> None:
    queue_reply(conversation, author=alice, text="Coo.")
    row = locked(conversation.id)
    note = Message(direction=Direction.NOTE, author=alice, body_text="Secret", state=MessageState.STORED)
    push_message(append(row, message=note), is_new_conversation=False)
    assert pigeons.told == [("in", "Do you deliver\non Mondays?"), ("out", "Coo.")]


def test_it_hears_how_far_the_team_has_seen(
    conversation: Conversation, pigeons: Pigeons, alice: User
) -> None:
    for seq in (1, 1, 0):
        mark_seen(conversation, user=alice, seq=seq)
    assert pigeons.seen == [1]
    assert conversation.contact_seen == 7


def test_every_channel_has_a_name_and_a_picture() -> None:
    assert {"email", "form", "api", "manual"} <= {key for key, _ in channel_choices()}
    assert [transport_of(key).label for key, _ in channel_choices()] == [
        name for _, name in channel_choices()
    ]


def test_a_channel_that_is_gone_is_answered_by_mail(alice: User, in_alice: Place) -> None:
    conversation = a_lead(channel="fax").conversation
    assert conversation.transport == OTHER
    assert queue_reply(conversation, author=alice, text="Beep.").state == MessageState.QUEUED
    assert Delivery.objects.get().to == "zoe@acme.test"


def test_two_transports_cannot_share_a_channel(pigeons: Pigeons) -> None:
    with pytest.raises(ValueError, match="pigeon"):
        register(Transport(channel="pigeon", label="Other", icon="mail"))


def test_one_mail_may_hold_several_answers_and_no_note(alice: User, in_alice: Place) -> None:
    conversation = a_lead().conversation
    first = queue_reply(conversation, author=alice, text="One.")
    row = locked(conversation.id)
    note = Message(direction=Direction.NOTE, author=alice, body_text="Secret", state=MessageState.STORED)
    append(row, message=note)
    last = queue_reply(conversation, author=alice, text="Two.")
    Delivery.objects.all().delete()
    deliver_by_mail(last, since=first.seq)
    written: Any = compose_reply(Delivery.objects.get())
    assert written.text.startswith("One.\n\nTwo.\n\nOn ")
