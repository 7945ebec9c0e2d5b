"""The SMTP transport against real servers: what arrives, and what each kind of failure is called."""

import pytest

from core.sending.outgoing import Wire
from core.sending.rules.answers import NotHandedOver, Refused, Unanswered
from core.sending.smtp import BadServerUrl, Server, Transport
from tests.core.sending.sink import Sink, free_port, running_sink, scripted_server

GREETING = (b"220 hi\r\n", b"250 hi\r\n", b"250 sender\r\n", b"250 rcpt\r\n", b"354 go\r\n")


def wire(**changes: object) -> Wire:
    given = {
        "mail_from": "b+1@alice.test",
        "rcpt_to": "zoe@example.org",
        "data": b"Subject: x\r\n\r\nHello\r\n",
        **changes,
    }
    return Wire(**given)  # type: ignore[arg-type]  # the fields are spelt out just above


def transport(server: Server) -> Transport:
    return Transport(server, helo="alice.test", step_timeout=0.5, end_timeout=0.5)


def outcome(sink: Sink) -> tuple[str, int | None]:
    with transport(sink.server) as out:
        try:
            out.send(wire())
        except (Refused, NotHandedOver, Unanswered) as error:
            return type(error).__name__, error.code
    return "accepted", 250


def test_it_works() -> None:
    with running_sink() as sink, transport(sink.server) as out:
        out.send(wire())
    assert sink.envelopes == [("b+1@alice.test", ["zoe@example.org"])]
    assert sink.accepted[0].original_content == b"Subject: x\r\n\r\nHello\r\n"


def test_one_connection_serves_a_batch() -> None:
    with running_sink(at_rcpt=["250 OK", "550 no", "250 OK"]) as sink, transport(sink.server) as out:
        out.send(wire())
        with pytest.raises(Refused):
            out.send(wire())
        out.send(wire())
    assert (len(sink.accepted), sink.connections) == (2, 1)


def test_a_connection_closed_meanwhile_is_opened_again() -> None:
    with running_sink(at_data=["cut"]) as sink, transport(sink.server) as out:
        with pytest.raises(Unanswered):
            out.send(wire())
        out.send(wire())
    assert (len(sink.accepted), sink.connections) == (1, 2)


@pytest.mark.parametrize("code", [421, 450, 451, 452, 550, 552, 554])
def test_answers_are_refusals_wherever_they_come(code: int) -> None:
    with running_sink(at_rcpt=[f"{code} no"]) as sink:
        assert outcome(sink) == ("Refused", code)
    with running_sink(at_data=[f"{code} no"]) as sink:
        assert outcome(sink) == ("Refused", code)


@pytest.mark.parametrize("answer", ["cut", "accept and cut"])
def test_a_cut_after_the_data_may_have_been_an_acceptance(answer: str) -> None:
    with running_sink(at_data=[answer]) as sink:
        assert outcome(sink) == ("Unanswered", None)


@pytest.mark.parametrize("heard", range(len(GREETING)))
def test_silence_before_the_data_means_not_handed_over(heard: int) -> None:
    with scripted_server(*GREETING[:heard]) as server, transport(server) as out, pytest.raises(NotHandedOver):
        out.send(wire())


def test_silence_after_the_data_means_unanswered() -> None:
    with scripted_server(*GREETING) as server, transport(server) as out, pytest.raises(Unanswered):
        out.send(wire())


@pytest.mark.parametrize("greeting", [b"421 busy\r\n", b"554 no service\r\n"])
def test_a_server_that_greets_with_a_refusal_says_nothing_about_the_mail(greeting: bytes) -> None:
    with (
        scripted_server(greeting) as server,
        transport(server) as out,
        pytest.raises(NotHandedOver) as caught,
    ):
        out.send(wire())
    assert caught.value.code == int(greeting[:3])


def test_no_server_means_not_handed_over() -> None:
    with transport(Server("127.0.0.1", free_port(), "smtp")) as out, pytest.raises(NotHandedOver):
        out.send(wire())


def test_a_server_without_the_login_we_need_means_not_handed_over() -> None:
    with running_sink() as sink:
        server = Server("127.0.0.1", sink.port, "smtp", user="u", password="p")
        with transport(server) as out, pytest.raises(NotHandedOver):
            out.send(wire())
        starttls = Server("127.0.0.1", sink.port, "smtp+starttls")
        with transport(starttls) as out, pytest.raises(NotHandedOver):
            out.send(wire())
    assert sink.accepted == []


def test_dots_and_bare_line_ends_cannot_end_the_mail_early() -> None:
    data = b"Subject: x\r\n\r\n.\r\n\n.\nMAIL FROM:<eve@evil.test>\r.\r..x\r\n"
    with running_sink() as sink, transport(sink.server) as out:
        out.send(wire(data=data))
        out.send(wire())
    assert len(sink.accepted) == 2
    assert sink.accepted[0].original_content == (
        b"Subject: x\r\n\r\n.\r\n\r\n.\r\nMAIL FROM:<eve@evil.test>\r\n.\r\n..x\r\n"
    )


def test_an_address_outside_ascii_needs_a_server_that_takes_it() -> None:
    with running_sink() as sink, transport(sink.server) as out:
        out.send(wire(rcpt_to="zoë@example.org"))
    assert sink.envelopes == [("b+1@alice.test", ["zoë@example.org"])]
    with scripted_server(*GREETING) as server, transport(server) as out, pytest.raises(Refused) as caught:
        out.send(wire(rcpt_to="zoë@example.org"))
    assert caught.value.code == 553


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1:8003", Server("127.0.0.1", 8003, "smtp")),
        ("smtp+starttls://u%40x:p%3As@mail.test", Server("mail.test", 587, "smtp+starttls", "u@x", "p:s")),
        ("smtps://mail.test", Server("mail.test", 465, "smtps")),
    ],
)
def test_the_url_is_read(url: str, server: Server) -> None:
    assert Server.from_url(url) == server


@pytest.mark.parametrize("url", ["", "http://x", "smtp://", "smtp://x:port", "smtp://x:99999"])
def test_bad_input_is_a_clear_error(url: str) -> None:
    with pytest.raises(BadServerUrl):
        Server.from_url(url)
