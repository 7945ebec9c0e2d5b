"""Mail of the product itself: once per ref, said to be automatic, and in the platform's name there."""

import pytest

from core.sending.domain.handoff import hand_over
from core.sending.domain.system import send_system
from core.sending.models import Delivery
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
    rosa = {"from_name": "Rosa's", "from_email": "replies@rosa.test"}
    rows = [send_system("olga@example.org", subject="Hi", text="Hi", **said) for said in ({}, rosa)]
    hand_over([row.id for row in rows])
    assert [(mail["From"], mail["X-Loop"]) for mail in sink.mails] == [
        ("Marque <replies@platform.test>", "replies@platform.test"),
        ("Rosa's <replies@rosa.test>", "replies@platform.test"),
    ]
