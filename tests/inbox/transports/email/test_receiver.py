"""The mail server over a real socket: who may be written to, what is refused, and that 250 means kept."""

import smtplib
import socket
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Thread
from typing import Any

import pytest
from django.db import DatabaseError

from inbox.transports.email import door, receiver
from inbox.transports.email.holding import MAX_MAIL, Held, Holding
from inbox.transports.email.models import InboundMail
from tenants import sites
from tenants.context import platform, workspace
from tenants.models import Domain, Reseller, Workspace
from tests.inbox.transports.email.mails import raw_mail
from tests.inbox.transports.email.server import running_server

MB = 1024 * 1024


@pytest.fixture
def row(fresh_workspace: Callable[[], Workspace]) -> Workspace:
    return fresh_workspace()


@pytest.fixture
def host(row: Workspace) -> str:
    with platform():
        return str(Domain.objects.get(workspace=row).host)


@pytest.fixture
def port(committed: None) -> Iterator[int]:
    with running_server() as port:
        yield port


def send(port: int, raw: bytes, *to: str, mail_from: str = "zoe@example.org") -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test", timeout=30) as client:
        return client.sendmail(mail_from, to, raw)


def kept(row: Workspace) -> list[tuple[str, list[str], bytes]]:
    with workspace(row):
        found = InboundMail.objects.order_by("received_at").values_list("mail_from", "rcpt_to", "raw")
        return [(mail_from, rcpt_to, bytes(raw)) for mail_from, rcpt_to, raw in found]


def test_it_works(row: Workspace, host: str, port: int) -> None:
    raw = raw_mail(b"Hello\r\n.dot\r\n..\r\nend\r\n")
    assert send(port, raw, f"sales@{host}", f"info@{host.upper()}") == {}
    assert kept(row) == [("zoe@example.org", [f"sales@{host}", f"info@{host.upper()}"], raw)]


def test_nobody_as_sender_is_kept_as_nobody(row: Workspace, host: str, port: int) -> None:
    send(port, raw_mail(), f"x@{host}", mail_from="")
    assert kept(row) == [("", [f"x@{host}"], raw_mail())]


def test_each_workspace_gets_its_own_copy(
    fresh_workspace: Callable[..., Workspace], row: Workspace, host: str, port: int
) -> None:
    other = fresh_workspace("rita")
    with platform():
        other_host = Domain.objects.get(workspace=other).host
    send(port, raw_mail(), f"a@{host}", f"b@{other_host}")
    assert [kept(row), kept(other)] == [
        [("zoe@example.org", [f"a@{host}"], raw_mail())],
        [("zoe@example.org", [f"b@{other_host}"], raw_mail())],
    ]


@pytest.mark.parametrize(
    "to", ["x@unknown.test", "x@platform.test", "x@rosa.test", "nobody", "x@[127.0.0.1]"]
)
def test_an_address_nobody_registered_is_refused(port: int, to: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        send(port, raw_mail(), to)
    assert [code for code, _ in caught.value.recipients.values()] in ([550], [553])


STATES = [
    ({"state": "building"}, door.SOON),
    ({"state": "building", "archive": "somewhere.zip"}, door.SOON),
    ({"state": "suspended"}, door.SUSPENDED),
    ({"state": "archived"}, door.CLOSED),
    ({"state": "archived", "archive": "somewhere.zip", "schema": None}, door.CLOSED),
    ({"state": "deleted"}, door.CLOSED),
]
"""What will pass is temporary, what is closed until further notice is final; being restored will pass."""


@pytest.mark.parametrize(("columns", "answer"), STATES)
def test_one_that_is_not_open_says_how_long(
    row: Workspace, host: str, port: int, columns: dict[str, Any], answer: str
) -> None:
    with platform():
        Workspace.objects.filter(id=row.id).update(**columns)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        send(port, raw_mail(), f"x@{host}")
    assert caught.value.recipients == {f"x@{host}": (int(answer[:3]), answer[4:].encode())}
    assert answer[:3] == ("450" if answer in {door.SOON, door.SUSPENDED} else "550")


def test_a_suspended_reseller_closes_its_workspaces_for_now(row: Workspace, host: str, port: int) -> None:
    with platform():
        Reseller.objects.filter(id=row.reseller_id).update(state="suspended")
    try:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
            send(port, raw_mail(), f"x@{host}")
    finally:
        with platform():
            Reseller.objects.filter(id=row.reseller_id).update(state="active")
    assert caught.value.recipients == {f"x@{host}": (450, door.SUSPENDED[4:].encode())}


def test_what_was_put_off_comes_in_once_it_is_open(row: Workspace, host: str, port: int) -> None:
    with platform():
        Workspace.objects.filter(id=row.id).update(state="building")
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test", timeout=30) as client:
        client.helo()
        client.mail("zoe@example.org")
        codes = [client.rcpt(f"x@{host}")[0]]
        with platform():
            Workspace.objects.filter(id=row.id).update(state="active")
        codes.append(client.rcpt(f"x@{host}")[0])
        client.data(raw_mail())
    assert (codes, [mail[1] for mail in kept(row)]) == ([450, 250], [[f"x@{host}"]])


def test_mail_to_one_whose_payment_is_due_is_kept(row: Workspace, host: str, port: int) -> None:
    with platform():
        Workspace.objects.filter(id=row.id).update(state="past_due")
    assert send(port, raw_mail(), f"x@{host}") == {}


def test_the_size_is_announced_and_a_declared_one_refused_at_once(host: str, port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test") as client:
        client.ehlo()
        assert client.esmtp_features["size"] == str(MAX_MAIL)
        assert client.mail("zoe@example.org", [f"SIZE={30 * MB}"])[0] == 552


def test_30_mb_get_one_clear_answer_and_a_lead_meanwhile_is_kept(
    row: Workspace, host: str, port: int
) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test", timeout=30) as client:
        client.helo()
        client.mail("big@example.org")
        client.rcpt(f"x@{host}")
        assert client.docmd("DATA")[0] == 354
        for _ in range(15):
            client.send(b"x" * 998 + b"\r\n" + b"y" * MB)
        assert send(port, raw_mail(), f"sales@{host}") == {}
        for _ in range(15):
            client.send((b"z" * 76 + b"\r\n") * (MB // 78))
        client.send(b"\r\n.\r\n")
        assert client.getreply() == (552, receiver.TOO_BIG[4:].encode())
        assert client.noop()[0] == 250
    assert [mail[0] for mail in kept(row)] == ["zoe@example.org"]


def test_a_mail_without_end_is_cut_off(host: str, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver, "ENDLESS", MB)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        lines = client.makefile("rb")
        assert lines.readline()[:3] == b"220"
        for command in ("HELO c.test", "MAIL FROM:<a@b.test>", f"RCPT TO:<x@{host}>", "DATA"):
            client.sendall(f"{command}\r\n".encode())
            lines.readline()
        answers = b""
        try:
            for _ in range(40):
                client.sendall(b"x" * 65536)
            answers = lines.read()
        except ConnectionError:  # a timeout would mean that it is still listening
            answers = b"reset"
        assert answers in {receiver.TOO_BIG.encode() + b"\r\n", b"reset"}


def test_memory_stays_bounded_whatever_the_lines_are() -> None:
    tracemalloc.start()
    holding = Holding(Held())
    for _ in range(200_000):
        holding.add(b"\r\n")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * MB


def test_all_connections_together_have_a_limit(
    row: Workspace, host: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Holding, "add", lambda self, piece: len(piece) < 1000)
    with pytest.raises(smtplib.SMTPDataError) as caught:
        send(port, raw_mail(b"x" * 2000), f"x@{host}")
    assert (caught.value.smtp_code, kept(row)) == (452, [])


def test_what_is_held_is_given_back() -> None:
    held = Held(limit=10)
    first, second = Holding(held), Holding(held)
    assert (first.add(b"123456"), second.add(b"12345"), second.add(b"1234")) == (True, False, True)
    first.release()
    second.release()
    assert held.bytes == 0


def test_a_line_of_10_mb_is_a_mail_too(row: Workspace, host: str, port: int) -> None:
    raw = raw_mail(b"x" * 10 * MB + b"\r\n")
    send(port, raw, f"x@{host}")
    assert [mail[2] == raw for mail in kept(row)] == [True]


def test_when_it_cannot_be_stored_the_sender_keeps_it(
    row: Workspace, host: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("oops")

    monkeypatch.setattr(door, "keep", broken)
    with pytest.raises(smtplib.SMTPDataError) as caught:
        send(port, raw_mail(), f"x@{host}")
    assert (caught.value.smtp_code, kept(row)) == (451, [])


def test_a_fault_of_our_own_is_not_told_to_strangers(
    host: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(host: str) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(sites, "resolve", broken)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        send(port, raw_mail(), f"x@{host}")
    assert caught.value.recipients == {f"x@{host}": (451, door.TRY_LATER[4:].encode())}


def test_one_network_cannot_take_all_connections(
    host: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "MAX_FROM_ONE", 2)
    with monkeypatch.context() as patch, ExitStack() as held:
        patch.setattr(receiver.Receiver, "_peer", lambda self: "203.0.113.9")
        for _ in range(2):
            held.enter_context(smtplib.SMTP("127.0.0.1", port, local_hostname="client.test"))
        with pytest.raises(smtplib.SMTPConnectError, match="421"):
            smtplib.SMTP("127.0.0.1", port, local_hostname="client.test")
        patch.setattr(receiver.Receiver, "_peer", lambda self: "203.0.113.10")
        assert send(port, raw_mail(), f"x@{host}") == {}
        patch.setattr(receiver.Receiver, "_peer", lambda self: "203.0.113.9")
        held.close()
        assert send(port, raw_mail(), f"y@{host}") == {}


def test_a_connection_cannot_be_held_by_doing_nothing(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test") as client:
        codes = [client.noop()[0] for _ in range(20)]
        assert (codes, client.noop()[0]) == ([250] * 20, 421)
    monkeypatch.setattr(receiver, "LIFETIME_SECONDS", 0.3)
    client = smtplib.SMTP("127.0.0.1", port, local_hostname="client.test", timeout=10)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.getreply()


def test_too_many_connections_are_sent_away(host: str, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver, "MAX_CONNECTIONS", 1)
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test"):
        with pytest.raises(smtplib.SMTPConnectError) as caught:
            smtplib.SMTP("127.0.0.1", port, local_hostname="client.test")
        assert caught.value.smtp_code == 421
    assert send(port, raw_mail(), f"x@{host}") == {}


def test_too_many_recipients_are_asked_to_come_again(
    row: Workspace, host: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MAX_RECIPIENTS", 2)
    refused = send(port, raw_mail(), f"a@{host}", f"b@{host}", f"c@{host}")
    assert (refused[f"c@{host}"][0], kept(row)[0][1]) == (452, [f"a@{host}", f"b@{host}"])


def test_a_bare_line_end_does_not_end_the_mail(row: Workspace, host: str, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        lines = client.makefile("rb")
        lines.readline()
        for command in ("HELO c.test", "MAIL FROM:<a@b.test>", f"RCPT TO:<x@{host}>", "DATA"):
            client.sendall(f"{command}\r\n".encode())
            lines.readline()
        client.sendall(b"From: a@b.test\r\n\r\nx\n.\nMAIL FROM:<eve@evil.test>\n.\r\n\r.\r\nend\r\n.\r\n")
        assert lines.readline() == door.KEPT.encode() + b"\r\n"
    assert [mail[2] for mail in kept(row)] == [
        b"From: a@b.test\r\n\r\nx\n.\nMAIL FROM:<eve@evil.test>\n.\r\n\r.\r\nend\r\n"
    ]


def test_a_dot_at_the_end_of_a_long_line_does_not_end_the_mail(
    row: Workspace, host: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver.Receiver, "line_length_limit", 64)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        lines = client.makefile("rb")
        lines.readline()
        for command in ("HELO c.test", "MAIL FROM:<a@b.test>", f"RCPT TO:<x@{host}>", "DATA"):
            client.sendall(f"{command}\r\n".encode())
            lines.readline()
        client.sendall(b"x" * 200 + b".")
        time.sleep(0.5)  # the server reads the long line up to its last byte and waits for more
        client.sendall(b"\r\nMAIL FROM:<eve@evil.test>\r\n.\r\n")
        assert lines.readline() == door.KEPT.encode() + b"\r\n"
    assert [mail[2] for mail in kept(row)] == [b"x" * 200 + b".\r\nMAIL FROM:<eve@evil.test>\r\n"]


def test_many_at_once_are_all_kept(row: Workspace, host: str, port: int) -> None:
    mails = [raw_mail(message_id=f"<{number}@example.org>") for number in range(12)]
    threads = [Thread(target=send, args=(port, raw, f"x@{host}")) for raw in mails]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(mail[2] for mail in kept(row)) == sorted(mails)


def test_lmtp_answers_for_each_recipient(row: Workspace, host: str) -> None:
    with (
        running_server(lmtp=True) as port,
        smtplib.LMTP("127.0.0.1", port, local_hostname="c.test") as client,
    ):
        client.ehlo()
        client.mail("zoe@example.org")
        assert [client.rcpt(to)[0] for to in (f"a@{host}", "x@unknown.test", f"b@{host}")] == [250, 550, 250]
        client.docmd("DATA")
        client.send(raw_mail() + b".\r\n")
        assert [client.getreply()[0] for _ in range(2)] == [250, 250]
    assert kept(row) == [("zoe@example.org", [f"a@{host}", f"b@{host}"], raw_mail())]


def test_over_smtp_nobody_speaks_lmtp(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test") as client:
        assert client.docmd("LHLO", "c.test")[0] == 500


def test_bad_input_is_a_clear_error(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test") as client:
        for command in (
            "DATA",
            "MAIL",
            "RCPT TO:<x@y>",
            "VRFY x",
            "EXPN x",
            "AUTH PLAIN x",
            "\0",
            "x" * 99_999,
        ):
            code, answer = client.docmd(command)
            assert (code // 100 in {2, 5}, b"Traceback" in answer) == (True, False)
        assert client.noop()[0] == 250
