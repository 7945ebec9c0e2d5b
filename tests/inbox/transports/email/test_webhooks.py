"""Mail that a provider posts, over real HTTP: kept as it came, once, and only from who knows the secret."""

import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from django.db import DatabaseError

from core.sending.domain.handoff import hand_over
from core.sending.domain.system import send_system
from core.sending.models import Delivery, ProviderEvent
from inbox.conversations.models import Message
from inbox.transports.email import holding
from inbox.transports.email.domain import posted
from inbox.transports.email.domain.take_in import take_in
from inbox.transports.email.models import InboundMail
from inbox.transports.email.views import webhooks
from tenants.context import platform, workspace
from tenants.models import Domain, Workspace
from tests import world
from tests.core.sending.sink import running_sink
from tests.inbox.transports.email import posts
from tests.inbox.transports.email.mails import raw_mail, report

pytestmark = pytest.mark.usefixtures("committed")

MAILGUN, POSTMARK = "/mail/mailgun/mime", "/mail/postmark/inbound"
EIGHT_BIT = raw_mail(b"Gr\xfc\xdfe\r\n\0 \xff\xfe\r\n.\r\nend\rhalf\r\n")


@pytest.fixture(autouse=True)
def _set_up(settings: Any) -> None:
    settings.MAIL_WEBHOOK_SECRET, settings.MAILGUN_SIGNING_KEY = posts.SECRET, posts.KEY


@pytest.fixture
def row(fresh_workspace: Callable[[], Workspace]) -> Workspace:
    return fresh_workspace()


@pytest.fixture
def host(row: Workspace) -> str:
    with platform():
        return str(Domain.objects.get(workspace=row).host)


@pytest.fixture
def port(committed: None) -> Iterator[int]:
    with posts.running_site() as port:
        yield port


def post(
    port: int,
    path: str,
    kind: str,
    body: bytes,
    *,
    secret: str = posts.SECRET,
    host: str = world.PLATFORM_HOST,
) -> tuple[int, str]:
    """Post a body; the status and the text that came back."""
    headers = {"Host": host, "Content-Type": kind}
    if secret:
        headers["Authorization"] = posts.authorization(secret)
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")


def by_mailgun(port: int, raw: bytes, *, to: str, **more: Any) -> tuple[int, str]:
    return post(port, MAILGUN, *posts.as_multipart(posts.mailgun_mail(raw, to=to, **more)))


def by_postmark(port: int, raw: bytes, *, to: str, **more: Any) -> tuple[int, str]:
    said = posts.postmark_mail(raw.decode("utf-8"), to=to, **more)
    return post(port, POSTMARK, "application/json", json.dumps(said).encode())


def kept(row: Workspace) -> list[tuple[str, list[str], bytes]]:
    with workspace(row):
        found = InboundMail.objects.order_by("received_at").values_list("mail_from", "rcpt_to", "raw")
        return [(mail_from, rcpt_to, bytes(raw)) for mail_from, rcpt_to, raw in found]


@pytest.mark.parametrize("shape", [posts.as_multipart, posts.as_urlencoded])
def test_it_works_from_mailgun(
    row: Workspace, host: str, port: int, shape: Callable[[dict[str, bytes]], tuple[str, bytes]]
) -> None:
    """To the byte, whatever the mail is made of."""
    to = f"sales@{host}"
    assert post(port, MAILGUN, *shape(posts.mailgun_mail(EIGHT_BIT, to=to))) == (200, "Kept.")
    assert kept(row) == [("zoe@example.org", [to], EIGHT_BIT)]


def test_it_works_from_postmark(row: Workspace, host: str, port: int) -> None:
    raw = raw_mail("Grüße\r\n".encode(), headers=b"Content-Type: text/plain; charset=utf-8\r\n")
    assert by_postmark(port, raw, to=f"sales@{host}") == (200, "Kept.")
    assert kept(row) == [("zoe@example.org", [f"sales@{host}"], raw)]
    with workspace(row):
        take_in(InboundMail.objects.get().id)
        assert Message.objects.get().body_text == "Grüße"


def test_the_same_event_again_is_one_mail(row: Workspace, host: str, port: int) -> None:
    """Also where its mail has no id of its own, and where the provider signs the same event anew."""
    raw, to = raw_mail(message_id=""), f"sales@{host}"
    fields = posts.mailgun_mail(raw, to=to)
    token = fields["token"].decode()
    again = posts.mailgun_mail(raw + b"PS\r\n", to=to, token=token, at=time.time() - 60)
    answers = [post(port, MAILGUN, *posts.as_multipart(each)) for each in (fields, fields, again)]
    answers += [by_postmark(port, raw, to=to, id="one-event") for _ in range(3)]
    assert answers == [(200, "Kept.")] * 6
    assert [each[2] for each in kept(row)] == [raw, raw]


def test_a_mail_that_came_by_both_ways_is_one_message(row: Workspace, host: str, port: int) -> None:
    by_mailgun(port, raw_mail(), to=f"sales@{host}")
    by_postmark(port, raw_mail(), to=f"sales@{host}")
    with workspace(row):
        for inbound in InboundMail.objects.all():
            take_in(inbound.id)
        assert Message.objects.count() == 1


def test_nobody_as_sender_is_kept_as_nobody(row: Workspace, host: str, port: int) -> None:
    by_mailgun(port, raw_mail(), to=f"x@{host}", mail_from="")
    by_postmark(port, raw_mail(), to=f"x@{host}", mail_from="")
    assert [each[0] for each in kept(row)] == ["", ""]


@pytest.mark.parametrize("secret", ["", "mail:wrong", posts.SECRET.upper(), posts.SECRET + " "])
@pytest.mark.parametrize("path", [MAILGUN, POSTMARK, "/mail/mailgun/events", "/mail/postmark/events"])
def test_it_checks_the_secret(row: Workspace, host: str, port: int, secret: str, path: str) -> None:
    kind, body = posts.as_multipart(posts.mailgun_mail(raw_mail(), to=f"x@{host}"))
    assert post(port, path, kind, body, secret=secret)[0] == 401
    assert kept(row) == []


@pytest.mark.parametrize(
    "sign", [{"key": "another"}, {"at": time.time() - 25 * 3600}, {"at": time.time() + 90_000}]
)
def test_it_checks_the_signature_and_its_age(
    row: Workspace, host: str, port: int, sign: dict[str, Any]
) -> None:
    assert by_mailgun(port, raw_mail(), to=f"x@{host}", **sign)[0] == 400
    assert kept(row) == []


def test_nothing_is_there_without_a_secret(settings: Any, port: int, host: str) -> None:
    settings.MAILGUN_SIGNING_KEY = ""
    assert by_mailgun(port, raw_mail(), to=f"x@{host}")[0] == 404
    settings.MAIL_WEBHOOK_SECRET = ""
    assert by_postmark(port, raw_mail(), to=f"x@{host}")[0] == 404
    assert post(port, POSTMARK, "application/json", b"{}", secret=":")[0] == 404


@pytest.mark.parametrize("site", [world.ROSA_HOST, world.ALICE_HOST])
def test_it_is_on_the_platforms_host_alone(port: int, site: str) -> None:
    assert post(port, POSTMARK, "application/json", b"{}", host=site)[0] == 404


@pytest.mark.parametrize(("by", "status"), [(by_mailgun, 406), (by_postmark, 403)])
@pytest.mark.parametrize("to", ["x@unknown.test", "x@platform.test", "x@rosa.test", "nobody", ""])
def test_who_is_not_here_is_given_up(
    port: int, by: Callable[..., tuple[int, str]], status: int, to: str
) -> None:
    assert by(port, raw_mail(), to=to) == (status, "Nobody here takes this mail.")


@pytest.mark.parametrize(("state", "status"), [("suspended", 503), ("archived", 406), ("past_due", 200)])
def test_the_workspaces_state_counts_as_at_our_own_door(
    row: Workspace, host: str, port: int, state: str, status: int
) -> None:
    with platform():
        Workspace.objects.filter(id=row.id).update(state=state)
    from tenants import sites

    sites.cache.clear()
    assert by_mailgun(port, raw_mail(), to=f"x@{host}")[0] == status


def test_who_has_to_wait_gets_it_later_and_the_others_once(
    fresh_workspace: Callable[..., Workspace], row: Workspace, host: str, port: int
) -> None:
    from tenants import sites

    other = fresh_workspace("rita")
    with platform():
        other_host = Domain.objects.get(workspace=other).host
        Workspace.objects.filter(id=other.id).update(state="suspended")
    fields = posts.mailgun_mail(raw_mail(), to=f"a@{host}, b@{other_host}")
    sites.cache.clear()
    assert post(port, MAILGUN, *posts.as_multipart(fields))[0] == 503
    with platform():
        Workspace.objects.filter(id=other.id).update(state="active")
    sites.cache.clear()
    assert post(port, MAILGUN, *posts.as_multipart(fields)) == (200, "Kept.")
    assert (len(kept(row)), len(kept(other))) == (1, 1)


def test_a_mail_that_cannot_be_stored_comes_again(
    row: Workspace, host: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the provider's id of it is not spent."""

    def broken(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("disk full")

    fields = posts.mailgun_mail(raw_mail(), to=f"x@{host}")
    with monkeypatch.context() as patch:
        patch.setattr(posted, "keep", broken)
        assert post(port, MAILGUN, *posts.as_multipart(fields))[0] == 503
    assert post(port, MAILGUN, *posts.as_multipart(fields)) == (200, "Kept.")
    assert len(kept(row)) == 1


class TestBounds:
    def test_a_large_mail_is_taken_and_one_that_is_larger_is_given_up(
        self, row: Workspace, host: str, port: int
    ) -> None:
        line = b"x" * 998 + b"\r\n"
        raw = raw_mail(line * 20_000)
        assert by_mailgun(port, raw, to=f"x@{host}") == (200, "Kept.")
        assert kept(row)[0][2] == raw
        too_big = raw_mail(line * (holding.MAX_MAIL // 1000 + 1))
        assert by_mailgun(port, too_big, to=f"x@{host}")[0] == 406

    def test_a_stranger_makes_nobody_read_much(self, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is large is refused by its length and the header alone."""
        read: list[int] = []
        monkeypatch.setattr(webhooks, "_body", lambda request, most: read.append(most))
        head = (
            f"POST {MAILGUN} HTTP/1.1\r\nHost: {world.PLATFORM_HOST}\r\n"
            f"Authorization: {posts.authorization('mail:wrong')}\r\nContent-Type: multipart/form-data"
            "; boundary=b\r\nContent-Length: 5000000\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(head.encode())
            assert client.recv(100).split(b" ")[1] == b"413"
        assert read == []

    def test_so_many_at_once_and_no_more(
        self, row: Workspace, host: str, port: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(webhooks.AT_ONCE):
            assert webhooks._room.acquire(blocking=False)
        try:
            assert by_mailgun(port, raw_mail(), to=f"x@{host}")[0] == 503
        finally:
            for _ in range(webhooks.AT_ONCE):
                webhooks._room.release()
        assert by_mailgun(port, raw_mail(), to=f"x@{host}")[0] == 200

    @pytest.mark.parametrize("path", [MAILGUN, POSTMARK, "/mail/mailgun/events", "/mail/postmark/events"])
    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("text/plain", b"hello"),
            ("", b""),
            ("application/json", b""),
            ("application/json", b"[]"),
            ("application/json", b'{"RawEmail": 7, "signature": []}'),
            ("application/json", b'{"RecordType": "Open", "RawEmail": ""}'),
            ("application/json", b"[" * 100_000),
            (
                "application/json",
                '{"signature": {"token": "é", "timestamp": "1", "signature": "é"}}'.encode(),
            ),
            ("multipart/form-data; boundary=b", b"--b\r\n\r\n--b--"),
            ("multipart/form-data", b"x"),
            ("application/x-www-form-urlencoded", b"a=1&" * 1000),
            ("application/x-www-form-urlencoded", b"token=%C3%A9&timestamp=1&signature=2&body-mime=x"),
        ],
    )
    def test_bad_input_is_a_clear_error(self, port: int, path: str, kind: str, body: bytes) -> None:
        status, said = post(port, path, kind, body)
        if path == "/mail/postmark/events" and body.startswith(b"{"):
            assert (status, said) == (200, "Heard.")  # news that is none of ours
        else:
            assert status == 400
            assert said.startswith(("It is", "It has", "Its "))


@pytest.fixture
def sent(settings: Any) -> Iterator[tuple[Delivery, str]]:
    """A mail of Rosa's console that left, and where it comes back to."""
    with running_sink() as sink, platform():
        settings.SMTP_URL = sink.url
        row = send_system(
            "gone@example.org", subject="Hi", text="Hi", from_email=f"replies@{world.ROSA_HOST}"
        )
        hand_over([row.id])
        row.refresh_from_db()
        yield row, str(sink.accepted[0].mail_from)
        Delivery.objects.filter(id=row.id).delete()
        ProviderEvent.objects.all().delete()


def state_of(row: Delivery) -> tuple[str, str]:
    with platform():
        row.refresh_from_db()
    return row.state, row.code


@pytest.mark.parametrize("by", [by_mailgun, by_postmark])
def test_a_consoles_report_is_heard(
    port: int, sent: tuple[Delivery, str], by: Callable[..., tuple[int, str]]
) -> None:
    row, back = sent
    assert by(port, raw_mail(), to=back)[0] in {403, 406}
    assert state_of(row) == ("sent", "")
    assert by(port, report(), to=back, mail_from="") == (200, "Kept.")
    assert state_of(row) == ("failed", "bounced")
