"""From a kept mail to the inbox: once, in the right conversation, and nothing is lost on the way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone

from core.sending.domain.queue import queue
from core.sending.models import Delivery
from core.sending.tokens import bounce_address, reply_address
from inbox.conversations.domain.capture import Lead, capture
from inbox.conversations.enums import Channel
from inbox.conversations.models import Conversation, Message
from inbox.transports.email import rules
from inbox.transports.email.domain import sweep, take_in
from inbox.transports.email.domain.keep import keep
from inbox.transports.email.models import InboundMail
from tenants.context import workspace
from tenants.ids import uuid7
from tenants.models import Workspace
from tests.inbox.transports.email.mails import ALTERNATIVE, HTML, alternative, nested, raw_mail

pytestmark = pytest.mark.usefixtures("in_alice", "redis")  # mails of an address are counted there


def arrive(raw: bytes, *, to: str = "sales@alice.test", mail_from: str = "zoe@example.org") -> InboundMail:
    """Keep a mail and take it in; the row afterwards."""
    inbound = keep(raw, mail_from=mail_from, rcpt_to=[to])
    take_in.take_in(inbound.id)
    inbound.refresh_from_db()
    return inbound


def message_of(inbound: InboundMail) -> Message:
    assert inbound.message_id
    found: Message = Message.objects.select_related("conversation__contact").get(id=inbound.message_id)
    return found


def conversation_with(email: str, *, message_id: str = "<ours@alice.test>") -> Conversation:
    """A conversation in which we have sent a mail with this id."""
    lead = Lead(
        source="form:contact", channel=Channel.FORM, name="Zoe", email=email, text="Hi", external_id=email
    )
    conversation = capture(lead).conversation
    Message.objects.filter(conversation=conversation).update(message_id=message_id)
    return conversation


def test_it_works() -> None:
    inbound = arrive(raw_mail(alternative("Grüße\n\n> alt", "<p>Grüße</p>"), headers=ALTERNATIVE))
    message = message_of(inbound)
    assert (inbound.state, inbound.reason, inbound.attempts) == ("captured", "", 1)
    assert (message.body_text, message.quoted_text, message.body_html.strip()) == (
        "Grüße",
        "> alt",
        "<p>Grüße</p>",
    )
    assert (message.message_id, message.automatic, message.direction) == ("<1@example.org>", False, "in")
    conversation = message.conversation
    assert (
        conversation.subject,
        conversation.channel,
        conversation.contact.email,
        conversation.contact.name,
    ) == (
        "A question",
        "email",
        "zoe@example.org",
        "Zoe Zimmer",
    )


def test_the_raw_mail_stays_as_it_came() -> None:
    raw = raw_mail(b"\xff\xfe\0 broken \r\n.\r\n")
    assert bytes(arrive(raw).raw) == raw


def test_the_same_mail_twice_is_one_message() -> None:
    first = arrive(raw_mail())
    again = arrive(b"Received: from elsewhere\r\n" + raw_mail(), to="info@alice.test")
    assert (again.state, again.reason, again.message_id) == ("ignored", take_in.COPY, first.message_id)
    assert Message.objects.filter(message_id="<1@example.org>").count() == 1


def test_the_same_mail_with_many_links_is_one_message() -> None:
    links = b"".join(b'<p><a href="https://example.org/%d">x</a></p>' % number for number in range(20))
    first, again = (
        arrive(received + raw_mail(links, headers=HTML)) for received in (b"", b"Received: from x\r\n")
    )
    assert (again.state, again.message_id) == ("ignored", first.message_id)


def test_another_attachment_under_a_known_id_is_another_mail() -> None:
    head = b"Content-Type: multipart/mixed; boundary=b\r\n"
    bodies = [b'--b\r\nContent-Type: a/b; name="x"\r\n\r\n%d\r\n--b--\r\n' % number for number in range(2)]
    assert [arrive(raw_mail(body, headers=head)).state for body in bodies] == ["captured", "captured"]


def test_the_same_mail_days_later_is_still_one() -> None:
    from inbox.conversations.models import Capture

    first = arrive(raw_mail())
    Capture.objects.update(expires_at=timezone.now() - timedelta(days=3))
    assert arrive(raw_mail()).message_id == first.message_id


def test_another_mail_under_a_known_id_is_not_lost() -> None:
    first, other = arrive(raw_mail()), arrive(raw_mail(b"Something else\r\n"))
    assert (other.state, first.message_id == other.message_id) == ("captured", False)


def test_mails_without_an_id_are_told_apart_by_their_bytes() -> None:
    mails = [arrive(raw_mail(message_id="", headers=b"Date: %d\r\n" % number)) for number in (1, 2, 2)]
    assert [mail.state for mail in mails] == ["captured", "captured", "ignored"]


def test_taking_in_twice_changes_nothing() -> None:
    inbound = arrive(raw_mail())
    take_in.take_in(inbound.id)
    inbound.refresh_from_db()
    assert (inbound.attempts, Message.objects.filter(message_id="<1@example.org>").count()) == (1, 1)


def test_an_answer_to_a_signed_address_joins_its_conversation() -> None:
    conversation = conversation_with("zoe@example.org")
    inbound = arrive(
        raw_mail(sender="ZOE@example.org"), to=reply_address(conversation.id, domain="alice.test")
    )
    assert message_of(inbound).conversation_id == conversation.id


def test_a_stranger_with_somebodys_signed_address_starts_a_conversation_of_his_own() -> None:
    conversation = conversation_with("zoe@example.org")
    inbound = arrive(raw_mail(sender="eve@evil.test"), to=reply_address(conversation.id, domain="alice.test"))
    message = message_of(inbound)
    assert (message.conversation_id == conversation.id, message.conversation.contact.email) == (
        False,
        "eve@evil.test",
    )


@pytest.mark.parametrize(
    "header", ["In-Reply-To: <ours@alice.test>", "References: <x@y.test> <ours@alice.test>"]
)
def test_an_answer_to_our_mail_joins_its_conversation(header: str) -> None:
    conversation = conversation_with("zoe@example.org")
    inbound = arrive(raw_mail(headers=f"{header}\r\n".encode()))
    assert message_of(inbound).conversation_id == conversation.id


def test_a_stranger_who_refers_to_it_does_not() -> None:
    conversation = conversation_with("zoe@example.org")
    inbound = arrive(raw_mail(sender="eve@evil.test", headers=b"In-Reply-To: <ours@alice.test>\r\n"))
    assert message_of(inbound).conversation_id != conversation.id


def test_a_subject_alone_proves_nothing() -> None:
    first = arrive(raw_mail(subject="Offer 17"))
    second = arrive(raw_mail(subject="Re: Offer 17", message_id="<2@example.org>"))
    assert message_of(second).conversation_id != message_of(first).conversation_id


def test_other_workspaces_address_opens_nothing_here(mallory_ws: Workspace) -> None:
    conversation = conversation_with("zoe@example.org")
    with workspace(mallory_ws):
        foreign = reply_address(conversation.id, domain="alice.test")
    assert message_of(arrive(raw_mail(), to=foreign)).conversation_id != conversation.id


def test_a_resolved_conversation_opens_again() -> None:
    conversation = conversation_with("zoe@example.org")
    Conversation.objects.filter(id=conversation.id).update(state="resolved", waiting_since=None)
    arrive(raw_mail(), to=reply_address(conversation.id, domain="alice.test"))
    assert Conversation.objects.get(id=conversation.id).state == "open"


def test_an_absence_notice_is_shown_as_a_robots() -> None:
    inbound = arrive(raw_mail(headers=b"Auto-Submitted: auto-replied\r\n"))
    assert (inbound.state, message_of(inbound).automatic) == ("captured", True)


def test_an_absence_notice_neither_reopens_nor_waits_for_an_answer() -> None:
    conversation = conversation_with("zoe@example.org")
    Conversation.objects.filter(id=conversation.id).update(state="resolved", waiting_since=None)
    absent = raw_mail(headers=b"Auto-Submitted: auto-replied\r\n")
    arrive(absent, to=reply_address(conversation.id, domain="alice.test"))
    conversation.refresh_from_db()
    assert (conversation.state, conversation.waiting_since, conversation.message_count) == (
        "resolved",
        None,
        2,
    )


REPORT = b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n"


@pytest.mark.parametrize(
    ("raw", "to", "mail_from", "reason"),
    [
        (
            raw_mail(headers=b"X-Loop: replies@alice.test\r\n"),
            "sales@alice.test",
            "x@y.test",
            "It is our own",
        ),
        (raw_mail(sender="replies@alice.test"), "sales@alice.test", "x@y.test", "It is our own"),
        (raw_mail(sender="reply+abc@ALICE.test"), "sales@alice.test", "x@y.test", "It is our own"),
        (raw_mail(headers=REPORT), "sales@alice.test", "", "It reports on"),
        (raw_mail(), "bounce", "", "It reports on"),
        (raw_mail(headers=b"Auto-Submitted: auto-replied\r\n"), "bounce", "x@y.test", "It reports on"),
    ],
)
def test_what_comes_back_from_robots_is_kept_and_not_shown(
    raw: bytes, to: str, mail_from: str, reason: str
) -> None:
    to = bounce_address(uuid7(), domain="alice.test") if to == "bounce" else to
    before = Message.objects.count()
    inbound = arrive(raw, to=to, mail_from=mail_from)
    assert (inbound.state, inbound.reason[:13], Message.objects.count()) == ("ignored", reason, before)


def test_nobody_as_sender_is_a_robot() -> None:
    """However much it looks like a person: reports and absence notices are sent by nobody."""
    conversation = conversation_with("zoe@example.org")
    Conversation.objects.filter(id=conversation.id).update(state="resolved", waiting_since=None)
    to = reply_address(conversation.id, domain="alice.test")
    robots, persons = arrive(raw_mail(), to=to, mail_from=""), arrive(raw_mail(message_id="<2@x.org>"), to=to)
    assert [message_of(inbound).automatic for inbound in (robots, persons)] == [True, False]


@pytest.mark.parametrize(("number", "state"), [(100, "captured"), (101, "ignored")])
def test_what_goes_in_circles_is_kept_and_not_shown(number: int, state: str) -> None:
    inbound = arrive(raw_mail(headers=b"Received: from a.test by b.test\r\n" * number))
    assert (inbound.state, inbound.reason == rules.CIRCLES) == (state, state == "ignored")


def test_our_own_mail_is_known_by_its_id_whatever_became_of_its_headers() -> None:
    row = queue(kind="system", ref="1", to="list@example.org", payload={"subject": "Hi", "text": "Hi"})
    id = f"<{row.id.hex}@alice.test>"
    Delivery.objects.filter(id=row.id).update(message_id=id)
    assert arrive(raw_mail(message_id=id)).reason == rules.OWN
    assert arrive(raw_mail(message_id=f"<{row.id.hex}@example.org>")).state == "captured"
    assert arrive(raw_mail(message_id=f"<{uuid7().hex}@alice.test>")).state == "captured"


def test_other_workspaces_id_is_not_ours(mallory_ws: Workspace) -> None:
    with workspace(mallory_ws):
        row = queue(kind="system", ref="1", to="list@example.org")
        id = f"<{row.id.hex}@mallory.test>"
        Delivery.objects.filter(id=row.id).update(message_id=id)
    assert arrive(raw_mail(message_id=id)).state == "captured"


def test_a_person_who_writes_to_the_bounce_address_is_heard() -> None:
    assert arrive(raw_mail(), to=bounce_address(uuid7(), domain="alice.test")).state == "captured"


def test_another_workspaces_mail_is_a_mail_like_any_other() -> None:
    loop = b"X-Loop: replies@mallory.test\r\n"
    assert arrive(raw_mail(sender="replies@mallory.test", headers=loop)).state == "captured"


@pytest.mark.parametrize("raw", [nested(1000), b"\0" * 1000, b""])
def test_what_cannot_be_read_is_kept_and_shown_as_such(raw: bytes) -> None:
    inbound = arrive(raw)
    message = message_of(inbound)
    assert (inbound.state, bytes(inbound.raw), message.conversation.subject) == (
        "unreadable",
        raw,
        "A mail that could not be read",
    )
    assert (message.conversation.contact.email, message.body_html) == ("zoe@example.org", "")


def test_a_bad_mail_does_not_hold_up_a_good_one() -> None:
    states = [
        arrive(raw).state for raw in (nested(1000), raw_mail(), b"\0", raw_mail(message_id="<2@example.org>"))
    ]
    assert states == ["unreadable", "captured", "unreadable", "captured"]


def test_nobody_as_sender_is_an_unknown_person() -> None:
    inbound = arrive(raw_mail(sender="nonsense"), mail_from="")
    assert message_of(inbound).conversation.contact.display_name == "Unknown person"


def test_hostile_headers_come_out_as_plain_text() -> None:
    inbound = arrive(
        raw_mail(sender='"<script>alert(1)</script>" <zoe@example.org>', subject="<img src=x onerror=x>")
    )
    conversation = message_of(inbound).conversation
    assert (conversation.contact.name, conversation.subject) == (
        "<script>alert(1)</script>",
        "<img src=x onerror=x>",
    )


def test_a_mail_that_kills_its_reader_is_shown_unread_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(raw: bytes) -> None:
        raise MemoryError  # as a process that is gone: nothing after this runs

    monkeypatch.setattr(take_in, "read_mail", killed)
    inbound = keep(raw_mail(), mail_from="zoe@example.org", rcpt_to=["sales@alice.test"])
    for _ in range(take_in.READS):
        with pytest.raises(MemoryError):
            take_in.take_in(inbound.id)
    take_in.take_in(inbound.id)
    inbound.refresh_from_db()
    assert (inbound.state, inbound.reason) == (
        "unreadable",
        "It could not be brought in, several times.",
    )


def test_a_fault_while_storing_leaves_it_waiting_and_then_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(lead: Lead) -> None:
        raise DatabaseError("oops")

    inbound = keep(raw_mail(), mail_from="zoe@example.org", rcpt_to=["sales@alice.test"])
    monkeypatch.setattr(take_in, "capture", broken)
    for _ in range(take_in.TRIES):
        with pytest.raises(DatabaseError):
            take_in.take_in(inbound.id)
    inbound.refresh_from_db()
    assert inbound.state == "received"
    take_in.take_in(inbound.id)
    inbound.refresh_from_db()
    assert (inbound.state, inbound.reason) == ("failed", "It could not be brought into the inbox.")


def test_the_sweep_wakes_a_reader_for_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[tuple[Any, ...]] = []
    monkeypatch.setattr(sweep, "enqueue", lambda *args: woken.append(args))
    rows = [keep(raw_mail(), mail_from="", rcpt_to=["sales@alice.test"]) for _ in range(2)]
    InboundMail.objects.filter(id=rows[0].id).update(received_at=timezone.now() - timedelta(minutes=2))
    sweep.sweep()
    assert woken == [("inbox.email.read", str(rows[0].id))]


def test_the_sweep_lets_go_of_the_bytes_of_old_mail_that_was_not_for_the_inbox() -> None:
    rows = [arrive(raw_mail()) for _ in range(3)]
    states = ["captured", "ignored", "ignored"]
    assert [row.state for row in rows] == states
    old = [rows[0].id, rows[1].id]
    InboundMail.objects.filter(id__in=old).update(settled_at=timezone.now() - sweep.KEPT_IGNORED)
    sweep.sweep()
    kept = [bytes(InboundMail.objects.get(id=row.id).raw) != b"" for row in rows]
    assert kept == [True, False, True]


def test_keeping_wakes_a_reader_after_the_commit(
    monkeypatch: pytest.MonkeyPatch, in_commit: Callable[[], Any]
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr("tenants.tasks._send", lambda place, *, name, args, **rest: sent.append((name, args)))
    with in_commit():
        inbound = keep(raw_mail(), mail_from="", rcpt_to=["sales@alice.test"])
        assert sent == []
    assert sent == [("inbox.email.read", (str(inbound.id),))]


def test_the_task_takes_it_in() -> None:
    from inbox.transports.email.tasks import read

    inbound = keep(raw_mail(), mail_from="zoe@example.org", rcpt_to=["sales@alice.test"])
    read(str(inbound.id))
    assert InboundMail.objects.get(id=inbound.id).state == "captured"


def test_other_workspace_sees_nothing_of_it(mallory_ws: Workspace) -> None:
    inbound = arrive(raw_mail())
    assert inbound.state == "captured"
    with workspace(mallory_ws):
        assert (
            InboundMail.objects.count(),
            Message.objects.filter(message_id="<1@example.org>").count(),
        ) == (0, 0)
