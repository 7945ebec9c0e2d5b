"""Mail of the product itself: once per ref, said to be automatic, and in the platform's name there."""

import pytest
from django.utils import timezone

from core.sending.domain.handoff import hand_over
from core.sending.domain.system import send_system
from core.sending.identity import Sender, sender_of
from core.sending.models import Delivery
from core.sending.tokens import read_return_path
from tenants.lifecycle import reactivate_reseller, suspend_reseller
from tenants.models import Reseller
from tenants.sites import resolve
from tests.core.sending.sink import Sink


@pytest.mark.usefixtures("in_alice")
def test_each_call_is_a_mail_and_automatic() -> None:
    rows = [send_system("zoe@example.org", subject="Code", text="123456") for _ in range(2)]
    assert [(row.kind, row.automatic) for row in rows] == [("system", True)] * 2
    assert rows[0].id != rows[1].id


@pytest.mark.usefixtures("in_alice")
def test_with_a_ref_it_is_one() -> None:
    rows = [send_system("zoe@example.org", subject="Hi", text="Hi", ref="invite:7") for _ in range(2)]
    assert rows[0].id == rows[1].id


@pytest.mark.usefixtures("in_alice")
def test_it_says_it_is_automatic_and_its_words_are_forgotten(sink: Sink) -> None:
    row = send_system("zoe@example.org", subject="Your code", text="123456", html="<b>123456</b>")
    hand_over([row.id])
    row.refresh_from_db()
    assert (row.state, row.payload) == ("sent", {})
    mail = sink.mails[0]
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.usefixtures("in_alice")
@pytest.mark.parametrize("answer", ["550 no", "accept and cut"])
def test_its_words_are_forgotten_however_it_ends(sink: Sink, answer: str) -> None:
    sink.at_data = [answer]
    row = send_system("zoe@example.org", subject="Your code", text="123456")
    hand_over([row.id])
    assert Delivery.objects.get(id=row.id).payload == {}


@pytest.mark.usefixtures("on_platform")
def test_the_platform_sends_in_its_own_name_or_a_resellers(sink: Sink) -> None:
    """Wherever a mail names a domain it is the console's own: the way back, the id, the loop mark."""
    rosa = {"from_name": "Rosa's", "from_email": "replies@rosa.test"}
    rows = [send_system("olga@example.org", subject="Hi", text="Hi", **said) for said in ({}, rosa)]
    hand_over([row.id for row in rows])
    consoles = [None, resolve("rosa.test").reseller_id]  # type: ignore[union-attr]  # part of the tests' world
    assert [(mail["From"], mail["X-Loop"], mail["Message-ID"]) for mail in sink.mails] == [
        ("Marque <replies@platform.test>", "replies@platform.test", f"<{rows[0].id.hex}@platform.test>"),
        ("Rosa's <replies@rosa.test>", "replies@rosa.test", f"<{rows[1].id.hex}@rosa.test>"),
    ]
    back = [str(mail_from) for mail_from, _ in sink.envelopes]
    assert [address.partition("@")[2] for address in back] == ["platform.test", "rosa.test"]
    assert [
        read_return_path(address, console=console) for address, console in zip(back, consoles, strict=True)
    ] == [row.id for row in rows]
    for item in sink.accepted[1:]:
        assert b"platform.test" not in (item.original_content or b"").partition(b"\r\n\r\n")[0]


@pytest.mark.usefixtures("on_platform")
def test_a_suspended_resellers_mail_waits(sink: Sink) -> None:
    reseller = Reseller.objects.get(slug="rosa")
    suspend_reseller(reseller)
    rows = [
        send_system("olga@example.org", subject="Hi", text="Hi", from_email=f"replies@{host}.test")
        for host in ("rosa", "rita")
    ]
    hand_over([row.id for row in rows])
    assert [mail["From"].addresses[0].domain for mail in sink.mails] == ["rita.test"]
    waiting = Delivery.objects.get(id=rows[0].id)
    assert (waiting.state, waiting.attempts) == ("queued", 0)
    reactivate_reseller(reseller)
    Delivery.objects.filter(id=waiting.id).update(next_attempt_at=timezone.now())
    hand_over([waiting.id])
    assert [mail["From"].addresses[0].domain for mail in sink.mails] == ["rita.test", "rosa.test"]


@pytest.mark.usefixtures("on_platform")
@pytest.mark.parametrize("address", ["replies@gone.test", "replies@alice.test", "nonsense"])
def test_a_console_that_is_none_returns_to_the_platform(sink: Sink, address: str) -> None:
    row = send_system("olga@example.org", subject="Hi", text="Hi", from_email=address)
    row.payload = {"from_email": address}
    sender = Sender(name="Marque", domain="platform.test")
    assert sender_of(row, place=sender) == sender


@pytest.mark.usefixtures("in_alice")
def test_a_workspaces_mail_returns_to_the_workspace(sink: Sink) -> None:
    row = send_system("zoe@example.org", subject="Hi", text="Hi", from_email="replies@rosa.test")
    hand_over([row.id])
    assert [str(mail_from).partition("@")[2] for mail_from, _ in sink.envelopes] == ["alice.test"]
