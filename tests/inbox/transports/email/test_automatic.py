"""Automatic answers: seldom, never to robots, and two of them fall silent, over real SMTP."""

import smtplib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.sending.domain.handoff import hand_over
from core.sending.models import Delivery
from inbox.conversations.models import Conversation, Message
from inbox.transports.email.domain import storms, take_in
from inbox.transports.email.domain.answering import AUTO, MOST, PAUSE
from inbox.transports.email.domain.keep import keep
from inbox.transports.email.models import AutoAnswer, HeldMail, InboundMail
from tenants.context import Place, platform, workspace
from tenants.models import Domain, Workspace
from tests.core.sending.sink import running_sink
from tests.inbox.transports.email.mails import raw_mail, report
from tests.inbox.transports.email.server import running_server

SAID = "We have your message and answer within a day."


@pytest.fixture
def answers(in_alice: Place, redis: Any) -> None:
    AutoAnswer.objects.create(is_active=True, text=SAID)


def arrive(raw: bytes, *, mail_from: str = "zoe@example.org", to: str = "sales@alice.test") -> InboundMail:
    inbound = keep(raw, mail_from=mail_from, rcpt_to=[to])
    take_in.take_in(inbound.id)
    inbound.refresh_from_db()
    return inbound


def numbered(number: int, **more: Any) -> bytes:
    return raw_mail(b"Hello %d\r\n" % number, message_id=f"<{number}@example.org>", **more)


def queued() -> int:
    return int(Delivery.objects.filter(kind=AUTO).count())


@pytest.mark.usefixtures("answers")
class TestWho:
    def test_it_works(self, settings: Any) -> None:
        arrive(raw_mail())
        with running_sink() as sink:
            settings.SMTP_URL = sink.url
            hand_over([Delivery.objects.get(kind=AUTO).id])
        [mail], [envelope] = sink.mails, sink.envelopes
        assert (mail["Subject"], mail["To"], mail.get_content().strip()) == (
            "Re: A question",
            "zoe@example.org",
            SAID,
        )
        assert (mail["Auto-Submitted"], mail["In-Reply-To"]) == ("auto-replied", "<1@example.org>")
        assert (envelope[0] in {None, "", "<>"}, mail["Reply-To"].startswith("reply+")) == (True, True)

    @pytest.mark.parametrize(
        "header",
        [
            b"Auto-Submitted: auto-replied", b"Auto-Submitted: auto-generated", b"Precedence: bulk",
            b"Precedence: list", b"Precedence: junk", b"List-Id: <x.example.org>", b"X-Autoreply: yes",
            b"X-Auto-Response-Suppress: All", b"X-Auto-Response-Suppress: DR, OOF, AutoReply",
            b"X-Loop: replies@alice.test",
        ],
    )  # fmt: skip
    def test_never_a_robot_nor_who_asks_not_to(self, header: bytes) -> None:
        arrive(raw_mail(headers=header + b"\r\n"))
        assert queued() == 0

    @pytest.mark.parametrize(
        "sender", ["mailer-daemon@x.test", "noreply@x.test", "postmaster@x.test", "replies@alice.test"]
    )
    def test_never_an_address_that_nobody_reads(self, sender: str) -> None:
        arrive(raw_mail(sender=sender), mail_from=sender)
        assert queued() == 0

    def test_never_nobody_and_never_a_report(self) -> None:
        arrive(raw_mail(), mail_from="")
        arrive(report(), mail_from="zoe@example.org")
        assert queued() == 0

    def test_a_person_whose_program_says_so_is_a_person(self) -> None:
        arrive(raw_mail(headers=b"Auto-Submitted: no\r\nX-Auto-Response-Suppress: DR, RN\r\n"))
        assert queued() == 1

    def test_once_a_day_in_a_conversation(self) -> None:
        first = arrive(numbered(1))
        assert first.message_id
        Message.objects.filter(id=first.message_id).update(message_id="<ours@alice.test>")
        again = b"In-Reply-To: <ours@alice.test>\r\n"
        arrive(numbered(2, headers=again))
        assert (queued(), Conversation.objects.filter(contact__email="zoe@example.org").count()) == (1, 1)
        Delivery.objects.filter(kind=AUTO).update(created_at=timezone.now() - PAUSE - timedelta(minutes=1))
        arrive(numbered(3, headers=again))
        assert queued() == 2

    def test_a_few_times_a_day_whatever_they_begin(self) -> None:
        for number in range(MOST + 3):
            arrive(numbered(number))
        assert queued() == MOST

    def test_a_copy_is_answered_once(self) -> None:
        for received in (b"", b"Received: from elsewhere\r\n"):
            arrive(received + raw_mail())
        assert queued() == 1

    @pytest.mark.parametrize("values", [{"is_active": False}, {"text": ""}])
    def test_nobody_once_it_is_off(self, values: dict[str, Any], settings: Any) -> None:
        arrive(raw_mail())
        AutoAnswer.objects.update(**values)
        with running_sink() as sink:
            settings.SMTP_URL = sink.url
            hand_over([Delivery.objects.get(kind=AUTO).id])
        assert sink.mails == []
        arrive(numbered(2))
        assert queued() == 1


@pytest.mark.usefixtures("answers")
class TestStorm:
    @pytest.fixture(autouse=True)
    def _soon(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(storms, "MOST", 3)
        monkeypatch.setattr(storms, "SECONDS", 86_400)  # no window ends while the test runs

    def test_it_works(self) -> None:
        """Kept, and neither shown nor answered; others come in as ever."""
        states = [arrive(numbered(number)).state for number in range(6)]
        other = arrive(numbered(99, sender="eve@example.org"), mail_from="eve@example.org").state
        assert (states, other) == (["captured"] * 3 + ["held"] * 3, "captured")
        assert Conversation.objects.filter(contact__email="zoe@example.org").count() == 3
        assert (queued(), HeldMail.objects.filter(sender="zoe@example.org").count()) == (4, 3)
        assert all(bytes(held.inbound.raw) for held in HeldMail.objects.select_related("inbound"))

    def test_another_spelling_is_the_same_address(self) -> None:
        names = ["Zoe <zoe@example.org>", "ZOE@example.org", "z <Zoe@EXAMPLE.org>", "zoe@example.org"]
        states = [arrive(numbered(at, sender=name)).state for at, name in enumerate(names)]
        assert states == ["captured"] * 3 + ["held"]

    def test_what_nobody_sent_is_one_address_too(self) -> None:
        states = [arrive(numbered(at, sender=""), mail_from="").state for at in range(4)]
        assert states == ["captured"] * 3 + ["held"]

    def test_the_team_brings_them_in(self) -> None:
        held = [arrive(numbered(number)) for number in range(5)][3:]
        assert (storms.bring_in("zoe@example.org"), storms.bring_in("zoe@example.org")) == (2, 0)
        for inbound in held:
            take_in.take_in(inbound.id)
            inbound.refresh_from_db()
        assert [inbound.state for inbound in held] == ["captured", "captured"]

    def test_or_lets_them_go(self) -> None:
        held = [arrive(numbered(number)) for number in range(5)][3:]
        assert storms.let_go("zoe@example.org") == 2
        for inbound in held:
            take_in.take_in(inbound.id)
            inbound.refresh_from_db()
        assert [(inbound.state, inbound.reason) for inbound in held] == [("ignored", storms.LET_GO)] * 2

    def test_another_workspaces_storm_is_its_own(self, mallory_ws: Workspace) -> None:
        for number in range(4):
            arrive(numbered(number))
        with workspace(mallory_ws):
            assert arrive(numbered(9), to="x@mallory.test").state == "captured"
            assert storms.bring_in("zoe@example.org") == 0


@pytest.fixture
def port(committed: None) -> Iterator[int]:
    with running_server() as port:
        yield port


def host_of(row: Workspace) -> str:
    with platform():
        return str(Domain.objects.get(workspace=row).host)


def work(*rows: Workspace) -> int:
    """What workers do in these workspaces: read what came, send what waits; how many mails left."""
    left = 0
    for row in rows:
        with workspace(row):
            for inbound in InboundMail.objects.filter(state="received").order_by("received_at"):
                take_in.take_in(inbound.id)
            waiting = list(Delivery.objects.filter(kind=AUTO, state="queued").values_list("id", flat=True))
            hand_over(waiting)
            left += Delivery.objects.filter(id__in=waiting, state="sent").count()
    return left


def test_two_of_ours_that_answer_each_other_fall_silent(
    fresh_workspace: Callable[..., Workspace], port: int, redis: Any, settings: Any
) -> None:
    """Each has automatic answers, and the first mail looks as if a person at the other had written it."""
    settings.SMTP_URL = f"smtp://127.0.0.1:{port}"
    ours, theirs = fresh_workspace(), fresh_workspace("rita")
    for row in (ours, theirs):
        with workspace(row):
            AutoAnswer.objects.create(is_active=True, text=SAID)
    person = f"sales@{host_of(theirs)}"
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test") as client:
        client.sendmail(person, [f"x@{host_of(ours)}"], raw_mail(sender=person))
    assert [work(ours, theirs) for _ in range(4)] == [1, 0, 0, 0]
    with workspace(theirs):
        [message] = Message.objects.all()
        assert (message.automatic, message.body_text, message.conversation.waiting_since) == (
            True,
            SAID,
            None,
        )


def test_a_robot_without_manners_is_answered_once_and_then_held_back(
    fresh_workspace: Callable[..., Workspace],
    port: int,
    redis: Any,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It answers whatever it gets, at once, as if it were a person, and pours out mail besides."""
    monkeypatch.setattr(storms, "SECONDS", 86_400)
    row = fresh_workspace()
    with workspace(row):
        AutoAnswer.objects.create(is_active=True, text=SAID)
    robot = "robot@example.org"
    with running_sink() as sink, smtplib.SMTP("127.0.0.1", port, local_hostname="x.test") as client:
        settings.SMTP_URL = sink.url
        to, more = f"x@{host_of(row)}", b""
        for number in range(storms.MOST + 10):
            client.sendmail(robot, [to], numbered(number, sender=robot, headers=more))
            work(row)
            if sink.mails:
                to = str(sink.mails[-1]["Reply-To"])
                more = f"In-Reply-To: {sink.mails[-1]['Message-ID']}\r\n".encode()
        assert len(sink.mails) == 1
    with workspace(row):
        assert Conversation.objects.count() == 1
        assert (Message.objects.count(), HeldMail.objects.count()) == (storms.MOST, 10)
