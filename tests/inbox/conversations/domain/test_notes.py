"""inbox/conversations/domain/notes.py: a private note is the team's alone, whichever way one writes."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from redis import Redis

from core.accounts.models import User
from core.notices.models import Notice
from core.realtime.stream import STREAM
from core.sending.models import Delivery
from inbox.attachments.domain.drafts import add_file
from inbox.attachments.enums import DraftKind
from inbox.attachments.queries import sent_files
from inbox.conversations import transports
from inbox.conversations.by_mail import deliver_by_mail
from inbox.conversations.composing import compose_reply
from inbox.conversations.domain.drafts import save_draft
from inbox.conversations.domain.notes import write_note
from inbox.conversations.domain.replies import obstacle, queue_reply
from inbox.conversations.domain.sending import CannotSend
from inbox.conversations.domain.state import resolve, set_pending, snooze
from inbox.conversations.enums import Direction, MessageState, State
from inbox.conversations.models import Conversation, Message, SeenMark
from inbox.conversations.queries import own_drafts
from inbox.conversations.transports import channel_choices
from inbox.reports.models import Fact
from inbox.transports.chat.models import Visitor
from tenants.context import Place, workspace
from tenants.models import Workspace
from tests import world
from tests.core.files.uploads import PDF
from tests.inbox.makers import a_lead

CHANNELS = sorted(channel for channel, _ in channel_choices())
SEEN = ("preview", "last_direction", "last_message_at", "message_count", "waiting_since", "state", "assignee")


def seen_of(conversation: Conversation) -> dict[str, Any]:
    """What lists, reports and waiting read of it."""
    found: dict[str, Any] = Conversation.objects.values(*SEEN, "snoozed_until").get(id=conversation.id)
    return found


def test_it_works(in_alice: Place, bob: User) -> None:
    message = write_note(a_lead().conversation, author=bob, text="They called twice.")
    message.refresh_from_db()
    assert (message.seq, message.direction, message.state) == (2, Direction.NOTE, MessageState.STORED)
    assert (message.author, message.body_text) == (bob, "They called twice.")


def test_the_channels_are_known() -> None:
    assert {"api", "chat", "email", "form", "manual"} <= set(CHANNELS)


@pytest.fixture(params=CHANNELS)
def heard(request: pytest.FixtureRequest) -> Iterator[tuple[str, list[str]]]:
    """Each channel, and what its transport was asked to carry or told."""
    channel, words = request.param, []
    real = transports.transport_of(channel)

    def deliver(message: Message) -> MessageState:
        words.append(message.body_text)
        return real.deliver(message)

    def added(message: Message) -> None:
        words.append(message.body_text)
        real.added(message)

    transports._transports[channel] = replace(real, deliver=deliver, added=added)
    yield channel, words
    transports._transports[channel] = real


def test_it_leaves_by_no_transport(
    in_alice: Place,
    bob: User,
    redis: "Redis",
    in_commit: Callable[[], AbstractContextManager[Any]],
    heard: tuple[str, list[str]],
) -> None:
    channel, words = heard
    conversation = a_lead(channel=channel).conversation
    Visitor.objects.create(conversation=conversation)
    words.clear()
    with in_commit():
        write_note(conversation, author=bob, text="Between us.")
    rows: Any = redis.xrange(STREAM)
    assert (words, [fields[b"a"] for _, fields in rows]) == ([], [b'{"e":1}'])
    assert (Delivery.objects.count(), list(Visitor.objects.values_list("waits_since", flat=True))) == (
        0,
        [None],
    )


def test_nothing_of_it_is_in_an_answer(in_alice: Place, bob: User) -> None:
    conversation = a_lead().conversation
    write_note(conversation, author=bob, text="Between us.")
    queue_reply(conversation, author=bob, text="Yes.")
    mail: Any = compose_reply(Delivery.objects.get())
    assert "Between us" not in mail.text
    assert "> Do you deliver" in mail.text


def test_a_mail_of_it_is_refused_as_the_last_thing(in_alice: Place, bob: User) -> None:
    message = write_note(a_lead().conversation, author=bob, text="Between us.")
    deliver_by_mail(message)
    with pytest.raises(ValueError, match="sent to nobody"):
        compose_reply(Delivery.objects.get())


@pytest.mark.parametrize("state", ["open", "pending", "snoozed", "until they write", "resolved"])
def test_it_changes_nobodys_turn(in_alice: Place, bob: User, state: str) -> None:
    conversation = a_lead().conversation
    if state == "pending":
        set_pending(conversation, by=bob)
    elif state == "snoozed":
        snooze(conversation, until=timezone.now() + timedelta(hours=1), by=bob)
    elif state == "until they write":
        snooze(conversation, until=None, by=bob)
    elif state == "resolved":
        resolve(conversation, by=bob)
    before = seen_of(conversation)
    write_note(conversation, author=bob, text="Ask Eve.")
    assert seen_of(conversation) == before
    assert before["state"] == {"until they write": State.SNOOZED}.get(state, state)


def test_it_is_no_first_answer_and_no_read_mark(in_alice: Place, bob: User) -> None:
    conversation = a_lead().conversation
    before = Fact.objects.count()
    write_note(conversation, author=bob, text="Ask Eve.")
    assert (Fact.objects.count() - before, SeenMark.objects.count()) == (0, 0)


def test_it_is_written_where_nobody_can_be_answered(in_alice: Place, bob: User) -> None:
    conversation = a_lead(email="", phone="+49 30 901820").conversation
    assert obstacle(conversation)
    write_note(conversation, author=bob, text="Call after six.")
    assert list(Message.objects.filter(direction="note").values_list("body_text", flat=True)) == [
        "Call after six."
    ]


def test_a_file_on_it_goes_along_with_nothing(in_alice: Place, bob: User) -> None:
    """Neither with a mail of the note, which is refused, nor with the next answer, nor in what it quotes."""
    conversation = a_lead().conversation
    file = add_file(conversation.id, user=bob, name="CANARY.pdf", data=PDF, kind=DraftKind.NOTE).file
    note = write_note(conversation, author=bob, text="Between us.", file_ids=[file.id])
    assert [one.name for one in note.files] == ["CANARY.pdf"]
    assert sent_files([note.id]) == []
    deliver_by_mail(note)
    with pytest.raises(ValueError, match="sent to nobody"):
        compose_reply(Delivery.objects.get())
    Delivery.objects.all().delete()
    answer = queue_reply(conversation, author=bob, text="Yes.")
    mail: Any = compose_reply(Delivery.objects.get(ref=f"{answer.id}:1"))
    assert mail.files == ()
    with pytest.raises(CannotSend, match="no longer here"):
        queue_reply(conversation, author=bob, text="With it.", file_ids=[file.id])


def test_who_is_no_member_gets_no_file_of_it(
    alice_ws: Workspace, bob: User, visitor: Callable[[str], Client], client_for: Callable[[User], Client]
) -> None:
    """Its address is good for the team alone, whoever learns it."""
    with workspace(alice_ws):
        conversation = a_lead().conversation
        file = add_file(conversation.id, user=bob, name="CANARY.pdf", data=PDF, kind=DraftKind.NOTE).file
        address = write_note(conversation, author=bob, text="", file_ids=[file.id]).files[0].url
    served: Any = client_for(bob).get(address)
    assert (served.status_code, b"".join(served.streaming_content)) == (200, PDF)
    served.close()
    assert visitor(world.ALICE_HOST).get(address).status_code == 302


def test_sent_twice_it_mentions_and_tells_once(
    in_alice: Place,
    bob: User,
    alice: User,
    redis: "Redis",
    in_commit: Callable[[], AbstractContextManager[Any]],
) -> None:
    conversation, key = a_lead().conversation, uuid4()
    draft = save_draft(conversation, user=alice, text="@Bob Baker, look.", known="", kind=DraftKind.NOTE)
    assert draft is not None
    with in_commit():
        for _ in range(2):
            write_note(conversation, author=alice, text="@Bob Baker, look.", client_key=key, draft="")
    rows: Any = redis.xrange(STREAM)
    assert sum(b"message_added" in fields[b"b"] for _, fields in rows) == 1
    assert (Notice.objects.filter(user=bob).count(), own_drafts(conversation.id, user=alice)) == (1, {})


def test_a_key_of_an_answer_opens_no_note(in_alice: Place, bob: User) -> None:
    conversation, key = a_lead().conversation, uuid4()
    queue_reply(conversation, author=bob, text="Yes.", client_key=key)
    with pytest.raises(CannotSend, match="is taken"):
        write_note(conversation, author=bob, text="Yes.", client_key=key)
