"""What a provider says of our mail, posted as its documentation shows: on the thread, once."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from core.sending.domain.handoff import hand_over
from core.sending.models import Delivery, Suppression
from core.sending.rules.addresses import address_key
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.models import Message
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.core.sending.sink import running_sink
from tests.inbox.makers import a_lead
from tests.inbox.transports.email import posts

pytestmark = pytest.mark.usefixtures("db")

TO = "gone@example.org"
Say = Callable[..., tuple[str, dict[str, Any]]]


def mailgun(sent: Delivery, *, severity: str = "permanent", **more: Any) -> tuple[str, dict[str, Any]]:
    to = more.pop("to", TO)
    return "/mail/mailgun/events", posts.mailgun_failure(sent.message_id, to=to, severity=severity, **more)


def postmark(sent: Delivery, *, kind: str = "HardBounce", **more: Any) -> tuple[str, dict[str, Any]]:
    return "/mail/postmark/events", posts.postmark_bounce(
        sent.message_id, to=more.pop("to", TO), kind=kind, **more
    )


@pytest.fixture
def sent(settings: Any, alice_ws: Workspace) -> Delivery:
    """An answer that left by real SMTP."""
    settings.MAIL_WEBHOOK_SECRET, settings.MAILGUN_SIGNING_KEY = posts.SECRET, posts.KEY
    with running_sink() as sink, workspace(alice_ws):
        settings.SMTP_URL = sink.url
        conversation = a_lead(email=TO).conversation
        message = queue_reply(conversation, author=User.objects.get(email="bob@alice.test"), text="Yes.")
        delivery: Delivery = Delivery.objects.get(ref=f"{message.id}:1")
        hand_over([delivery.id])
        delivery.refresh_from_db()
        assert (delivery.state, len(sink.accepted)) == ("sent", 1)
        return delivery


def tell(path: str, said: Any) -> int:
    client = Client(HTTP_HOST=world.PLATFORM_HOST)
    return client.post(
        path, json.dumps(said), content_type="application/json", HTTP_AUTHORIZATION=posts.authorization()
    ).status_code


def on_the_thread(row: Workspace) -> tuple[str, str]:
    with workspace(row):
        message = Message.objects.get(direction="out")
        return message.state, message.failure


def is_suppressed(row: Workspace, address: str = TO) -> list[str]:
    with workspace(row):
        return list(
            Suppression.objects.filter(address_key=address_key(address)).values_list("reason", flat=True)
        )


@pytest.mark.parametrize(
    ("say", "words"),
    [
        (mailgun, "5.1.1 The email account that you tried to reach does not exist."),
        (postmark, "smtp;550 no such user"),
    ],
)
def test_it_works(sent: Delivery, alice_ws: Workspace, say: Say, words: str) -> None:
    path, said = say(sent)
    assert [tell(path, said) for _ in range(3)] == [200, 200, 200]
    assert on_the_thread(alice_ws) == (
        "failed",
        f"The mail came back: this address does not exist ({words})",
    )
    assert is_suppressed(alice_ws) == ["bounce"]


@pytest.mark.parametrize(
    ("say", "more"), [(mailgun, {"severity": "temporary"}), (postmark, {"kind": "Transient"})]
)
def test_one_that_is_late_is_still_on_its_way(
    sent: Delivery, alice_ws: Workspace, say: Say, more: dict[str, Any]
) -> None:
    tell(*say(sent, **more))
    state, failure = on_the_thread(alice_ws)
    assert (state, failure.startswith("It has not arrived yet: ")) == ("sent", True)
    assert failure.endswith("Another mail server goes on trying.")
    assert is_suppressed(alice_ws) == []


def test_a_full_mailbox_is_not_gone(sent: Delivery, alice_ws: Workspace) -> None:
    path, said = mailgun(sent)
    said["event-data"]["delivery-status"] = {"code": 552, "message": "4.2.2 mailbox full"}
    tell(path, said)
    assert on_the_thread(alice_ws) == (
        "failed",
        "The mail came back, after it was tried for days: the mailbox is full (4.2.2 mailbox full)",
    )
    assert is_suppressed(alice_ws) == []


@pytest.mark.parametrize(
    "said",
    [
        lambda sent: mailgun(sent, event="complained"),
        lambda sent: postmark(sent, kind="SpamComplaint"),
    ],
)
def test_who_complains_gets_no_more_mail(
    sent: Delivery, alice_ws: Workspace, said: Callable[[Delivery], tuple[str, dict[str, Any]]]
) -> None:
    tell(*said(sent))
    assert on_the_thread(alice_ws) == ("sent", "")
    assert is_suppressed(alice_ws) == ["complaint"]


@pytest.mark.parametrize("event", ["delivered", "opened", "clicked", "unsubscribed", "accepted"])
def test_other_news_changes_nothing(sent: Delivery, alice_ws: Workspace, event: str) -> None:
    tell(*mailgun(sent, event=event))
    assert on_the_thread(alice_ws) == ("sent", "")


@pytest.mark.parametrize("say", [mailgun, postmark])
def test_what_names_no_mail_of_ours_is_no_news(
    sent: Delivery, alice_ws: Workspace, mallory_ws: Workspace, say: Say
) -> None:
    """Another recipient, another workspace's domain, an id that is none."""
    with workspace(alice_ws):
        wrong = [
            Delivery(message_id=sent.message_id.replace("alice", "mallory")),
            Delivery(message_id="<no-uuid@alice.test>"),
            Delivery(message_id="<x>"),
            Delivery(message_id=""),
        ]
    answers = [tell(*say(each)) for each in wrong] + [tell(*say(sent, to="other@example.org"))]
    assert answers == [200] * 5
    assert on_the_thread(alice_ws) == ("sent", "")
    assert (is_suppressed(alice_ws), is_suppressed(mallory_ws)) == ([], [])


def test_postmark_is_told_which_mail_it_is(settings: Any, alice_ws: Workspace) -> None:
    settings.MAIL_PROVIDER = "postmark"
    with running_sink() as sink, workspace(alice_ws):
        settings.SMTP_URL = sink.url
        message = queue_reply(
            a_lead(email=TO).conversation, author=User.objects.get(email="bob@alice.test"), text="Yes."
        )
        hand_over([Delivery.objects.get(ref=f"{message.id}:1").id])
    mail = sink.mails[0]
    assert mail["X-PM-Metadata-message"] == mail["Message-ID"].strip("<>")


def test_an_answer_that_was_sent_again_meanwhile_is_left_alone(sent: Delivery, alice_ws: Workspace) -> None:
    with workspace(alice_ws):
        Message.objects.filter(direction="out").update(attempt=2, state="queued")
    tell(*mailgun(sent))
    assert on_the_thread(alice_ws) == ("queued", "")
