"""Both directions over real SMTP: a lead is answered by mail, and the answer joins the conversation."""

import smtplib
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest

from core.accounts.models import User
from core.sending.domain.handoff import hand_over
from core.sending.models import Delivery
from inbox.conversations.domain.capture import Lead, capture
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.enums import Channel
from inbox.conversations.models import Message
from inbox.transports.email.domain.take_in import take_in
from inbox.transports.email.models import InboundMail
from tenants.context import workspace
from tenants.models import Workspace
from tests.core.sending.sink import Sink, running_sink
from tests.inbox.transports.email.server import running_server


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with running_sink() as running:
        settings.SMTP_URL = running.url
        yield running


def answer_to(mail: EmailMessage, text: str) -> EmailMessage:
    """What a mail program makes of "Reply"."""
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = mail["To"], mail["Reply-To"], mail["Subject"]
    answer["Message-ID"], answer["In-Reply-To"] = "<answer@example.org>", mail["Message-ID"]
    answer.set_content(
        f"{text}\n\nOn Mon, 2 Mar 2026 at 10:00, Fay wrote:\n> {mail.get_content().splitlines()[0]}\n"
    )
    return answer


def start(text: str) -> UUID:
    """A lead from a form, answered by the owner; the conversation's id."""
    lead = Lead(
        source="form:x", channel=Channel.FORM, name="Zoe", email="zoe@example.org", subject="Tea", text=text
    )
    conversation = capture(lead).conversation
    message = queue_reply(conversation, author=User.objects.get(), text="With milk?")
    hand_over([Delivery.objects.get(ref=f"{message.id}:1").id])
    return conversation.id


def test_it_works(fresh_workspace: Callable[[], Workspace], sink: Sink) -> None:
    row = fresh_workspace()
    with workspace(row), running_server() as port:
        conversation_id = start("Do you have tea?")
        sent = sink.mails[0]
        with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test") as client:
            client.send_message(answer_to(sent, "Without, please."))
        take_in(InboundMail.objects.get().id)
        rows = Message.objects.filter(conversation_id=conversation_id).order_by("seq")
        assert [(message.direction, message.state, message.body_text) for message in rows] == [
            ("in", "received", "Do you have tea?"),
            ("out", "sent", "With milk?"),
            ("in", "received", "Without, please."),
        ]
    assert (sent["Subject"], sent["To"]) == ("Re: Tea", "zoe@example.org")
