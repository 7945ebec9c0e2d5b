"""A console's mail that comes back, over real SMTP: settled on the platform's ledger, and nothing else is."""

import smtplib
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError

from core.sending.domain.handoff import hand_over
from core.sending.domain.system import send_system
from core.sending.models import Delivery
from core.sending.tokens import RETURN_SECONDS, bounce_address
from inbox.transports.email import door
from inbox.transports.email.models import InboundMail
from tenants.context import platform, workspace
from tenants.ids import uuid7
from tenants.models import Domain, Reseller, Workspace
from tenants.sites import resolve
from tests.core.sending.sink import running_sink
from tests.inbox.transports.email.mails import raw_mail, report
from tests.inbox.transports.email.server import running_server

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def port(committed: None) -> Iterator[int]:
    with running_server() as port:
        yield port


@pytest.fixture(params=["rosa.test", "platform.test"])
def console(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sent(committed: None, console: str, settings: Any) -> Iterator[tuple[Delivery, str]]:
    """A mail of a console that left, and the address it says it can come back to."""
    with running_sink() as sink, platform():
        settings.SMTP_URL = sink.url
        row = send_system("gone@example.org", subject="Hi", text="Hi", from_email=f"replies@{console}")
        hand_over([row.id])
        row.refresh_from_db()
        assert row.state == "sent"
        yield row, str(sink.accepted[0].mail_from)
        Delivery.objects.filter(id=row.id).delete()


def deliver(port: int, raw: bytes, *to: str, mail_from: str = "") -> tuple[int, bytes]:
    """The first answer that is no yes, or the one to the end of the mail."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test", timeout=30) as client:
        client.helo()
        client.mail(mail_from)
        for one in to:
            answer = client.rcpt(one)
            if answer[0] != 250:
                return answer
        return client.data(raw)


def said(answer: str) -> tuple[int, bytes]:
    return int(answer[:3]), answer[4:].encode()


def fate(row: Delivery) -> tuple[str, str, str]:
    with platform():
        row.refresh_from_db()
    return row.state, row.code, row.reason


SENT = ("sent", "", "")
CAME_BACK = (
    "failed",
    "bounced",
    "The mail came back: this address does not exist (550 5.1.1 no such person)",
)


@pytest.mark.parametrize("mail_from", ["", "mailer-daemon@example.org"])
def test_it_works(port: int, sent: tuple[Delivery, str], console: str, mail_from: str) -> None:
    """A report says so itself, so that one from a server with a sender of its own counts too."""
    row, back = sent
    assert back.endswith(f"@{console}")
    assert deliver(port, report(), back, mail_from=mail_from) == said(door.KEPT)
    assert fate(row) == CAME_BACK
    assert deliver(port, report(diagnostic="smtp; 550 again"), back) == said(door.KEPT)
    assert fate(row) == CAME_BACK


def test_a_change_of_case_on_the_way_changes_nothing(port: int, sent: tuple[Delivery, str]) -> None:
    row, back = sent
    assert deliver(port, report(), back.upper()) == said(door.KEPT)
    assert fate(row) == CAME_BACK


@pytest.mark.parametrize(
    "raw",
    [report(action="delayed", status="4.4.1"), report(action="delivered", status="2.1.5"), raw_mail(), b""],
)
def test_what_robots_say_besides_is_heard_and_changes_nothing(
    port: int, sent: tuple[Delivery, str], raw: bytes
) -> None:
    row, back = sent
    assert deliver(port, raw, back) == said(door.KEPT)
    assert fate(row) == SENT


@pytest.mark.parametrize("raw", [raw_mail(), raw_mail(headers=b"Auto-Submitted: auto-replied\r\n"), b"\0"])
def test_what_is_no_report_is_sent_back_to_who_wrote_it(
    port: int, sent: tuple[Delivery, str], raw: bytes
) -> None:
    row, back = sent
    assert deliver(port, raw, back, mail_from="zoe@example.org") == said(door.REPORTS_ONLY)
    assert fate(row) == SENT


@pytest.mark.parametrize("local", ["replies", "b", "b+", "b+x", "postmaster", "b+" + "a" * 42, "reply+x"])
@pytest.mark.parametrize("mail_from", ["", "zoe@example.org"])
def test_a_console_has_no_other_address(port: int, console: str, local: str, mail_from: str) -> None:
    assert deliver(port, report(), f"{local}@{console}", mail_from=mail_from) == said(door.NOBODY)


class TestTokens:
    def test_any_altered_letter_closes_it(self, port: int, sent: tuple[Delivery, str]) -> None:
        row, back = sent
        token, _, host = back.partition("@")
        with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test", timeout=30) as client:
            client.helo()
            client.mail("")
            for at in range(2, len(token) - 1):
                other = "a" if token[at] != "a" else "b"
                answer = client.rcpt(f"{token[:at]}{other}{token[at + 1 :]}@{host}")
                assert answer == said(door.NOBODY), at
        assert fate(row) == SENT

    @pytest.mark.parametrize("host", ["rosa.test", "rita.test", "platform.test"])
    def test_it_opens_at_its_own_console_alone(
        self, port: int, sent: tuple[Delivery, str], console: str, host: str
    ) -> None:
        row, back = sent
        answer = deliver(port, report(), f"{back.partition('@')[0]}@{host}")
        assert answer == said(door.KEPT if host == console else door.NOBODY)
        assert fate(row) == (CAME_BACK if host == console else SENT)

    def test_a_workspaces_token_opens_no_console(self, port: int, console: str, alice_ws: Workspace) -> None:
        site = resolve(console)
        assert site is not None
        with workspace(alice_ws):
            made = bounce_address(uuid7(), domain=console, console=site.reseller_id)
        assert deliver(port, report(), made) == said(door.NOBODY)

    def test_it_grows_old(
        self, port: int, sent: tuple[Delivery, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row, back = sent
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + RETURN_SECONDS + 60)
        assert deliver(port, report(), back) == said(door.NOBODY)
        monkeypatch.undo()
        assert fate(row) == SENT

    def test_another_installations_key_does_not_make_it(
        self, port: int, sent: tuple[Delivery, str], settings: Any
    ) -> None:
        _, back = sent
        settings.SECRET_KEY = "x" * 50
        assert deliver(port, report(), back) == said(door.NOBODY)


def test_it_comes_alone(
    port: int, sent: tuple[Delivery, str], fresh_workspace: Callable[[], Workspace]
) -> None:
    """Each has an answer of its own: SMTP has one for all recipients."""
    row, back = sent
    fresh = fresh_workspace()
    with platform():
        host = Domain.objects.get(workspace=fresh).host
    for to in ([back, f"x@{host}"], [f"x@{host}", back], [back, back]):
        assert deliver(port, report(), *to) == said(door.TOO_MANY)
    with workspace(fresh):
        assert InboundMail.objects.count() == 0
    assert fate(row) == SENT


def test_a_suspended_resellers_mail_comes_back_too(port: int, sent: tuple[Delivery, str]) -> None:
    row, back = sent
    try:
        with platform():
            Reseller.objects.filter(slug="rosa").update(state="suspended")
        assert deliver(port, report(), back) == said(door.KEPT)
    finally:
        with platform():
            Reseller.objects.filter(slug="rosa").update(state="active")
    assert fate(row) == CAME_BACK


def test_when_it_cannot_be_settled_the_sender_keeps_it(
    port: int, sent: tuple[Delivery, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("oops")

    row, back = sent
    monkeypatch.setattr(door, "hear_return", broken)
    assert deliver(port, report(), back) == said(door.TRY_LATER)
    assert fate(row) == SENT


def test_a_returned_mail_of_any_size_is_read_within_bounds(port: int, sent: tuple[Delivery, str]) -> None:
    row, back = sent
    assert deliver(port, report(returned=b"x" * 76 + b"\r\n" + b"y" * 5_000_000), back) == said(door.KEPT)
    assert fate(row) == CAME_BACK
