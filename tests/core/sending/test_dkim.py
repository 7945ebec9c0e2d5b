"""Signatures: checked with dkimpy over what a real SMTP server got, with records from a DNS server."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dkim
import dns.rcode
import pytest
from django.utils import timezone

from core.sending import dns as asking
from core.sending import registry
from core.sending.dkim import SIGNED, Signer, load_key, new_key
from core.sending.dns import CannotAsk, txt_records
from core.sending.domain import dkim_keys
from core.sending.domain.handoff import hand_over
from core.sending.domain.queue import queue
from core.sending.models import Delivery, DkimKey
from core.sending.outgoing import Outgoing
from core.sending.rules.dkim_record import Found, read_records
from tenants import secrets
from tests.core.sending.conftest import NOTE
from tests.core.sending.dns_server import Zone, running_dns
from tests.core.sending.sink import Sink

HOST = "alice.test"


@pytest.fixture
def zone(settings: Any) -> Iterator[Zone]:
    with running_dns() as running:
        settings.DNS_RESOLVERS = running.resolvers
        yield running


def published(zone: Zone) -> DkimKey:
    """A key whose record stands in the DNS and was found."""
    key = dkim_keys.make_key(HOST)
    zone.records[key.record_name] = [key.record_value]
    return dkim_keys.check_key(key)


def send(sink: Sink, **changes: Any) -> bytes:
    """What the other server got of one mail."""
    outgoing = Outgoing(
        subject="Grüße\x00 aus Köln", text="Zeile\rZeile\n.\n  viel   Platz  \n\n\n", **changes
    )
    registry._kinds[NOTE] = registry.Kind(lambda delivery: outgoing, marketing=False)
    hand_over([queue(kind=NOTE, ref=str(len(sink.accepted)), to="zoe@example.org").id])
    return bytes(sink.accepted[-1].original_content or b"")


def verify(mail: bytes, zone: Zone) -> bool:
    """Whether dkimpy finds the signature good, with the DNS asked as any receiver would."""

    def get(name: bytes, timeout: int = 5) -> bytes:
        found = txt_records(name.decode().rstrip("."))
        return found[0].encode() if found else b""

    return bool(dkim.verify(mail, dnsfunc=get))


@pytest.mark.usefixtures("in_alice")
class TestSigned:
    def test_it_works(self, zone: Zone, sink: Sink) -> None:
        key = published(zone)
        assert key.state == "found"
        mail = send(
            sink,
            html="<p>Grüße</p>",
            headers={
                "List-Unsubscribe": "<https://alice.test/u/x>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
        assert mail.startswith(b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=alice.test;")
        assert verify(mail, zone)
        assert max(map(len, mail.split(b"\r\n"))) < 998

    def test_what_is_changed_on_the_way_is_seen(self, zone: Zone, sink: Sink) -> None:
        published(zone)
        mail = send(
            sink, headers={"List-Unsubscribe": "<https://alice.test/u/x>", "List-Unsubscribe-Post": "x"}
        )
        head, _, body = mail.partition(b"\r\n\r\n")
        changed = [
            mail.replace(b"To: zoe", b"To: eve", 1),
            mail.replace(b"List-Unsubscribe-Post: x", b"List-Unsubscribe-Post: y", 1),
            mail.replace(b"List-Unsubscribe: <https://alice", b"List-Unsubscribe: <https://evil", 1),
            b"From: evil@example.org\r\n" + mail,
            mail.replace(b"\r\n\r\n", b"\r\nFrom: evil@example.org\r\n\r\n", 1),
            head + b"\r\n\r\nx" + body,
        ]
        assert ([verify(one, zone) for one in changed], verify(mail, zone)) == ([False] * 6, True)

    def test_nothing_is_signed_before_the_record_was_found(self, zone: Zone, sink: Sink) -> None:
        key = dkim_keys.make_key(HOST)
        assert dkim_keys.check_key(key).state == "waiting"
        assert b"DKIM-Signature" not in send(sink)

    def test_nor_in_the_name_of_another_domain(self, zone: Zone, sink: Sink) -> None:
        published(zone)
        assert b"DKIM-Signature" not in send(sink, from_email="replies@other.test")

    def test_nor_once_the_record_is_gone(self, zone: Zone, sink: Sink) -> None:
        key = published(zone)
        zone.records.clear()
        assert dkim_keys.check_key(key).state == "waiting"
        assert b"DKIM-Signature" not in send(sink)

    def test_a_dns_that_does_not_answer_changes_nothing(
        self, zone: Zone, sink: Sink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        key = published(zone)
        zone.rcode = dns.rcode.SERVFAIL
        monkeypatch.setattr(asking, "SECONDS", 0.5)
        assert (dkim_keys.check_key(key).state, key.trouble) == (
            "found",
            "The DNS gave no answer. It is asked again by itself.",
        )
        zone.rcode, zone.silent = dns.rcode.NOERROR, True
        assert dkim_keys.check_key(key).state == "found"
        zone.silent = False
        assert verify(send(sink), zone)

    def test_a_new_key_takes_over_once_it_is_found(self, zone: Zone, sink: Sink) -> None:
        old = published(zone)
        new = dkim_keys.make_key(HOST)
        assert new.selector != old.selector
        before = send(sink)
        zone.records[new.record_name] = [new.record_value]
        dkim_keys.check_key(new)
        after = send(sink)
        old.refresh_from_db()
        assert (f"s={old.selector};".encode() in before, f"s={new.selector};".encode() in after) == (
            True,
            True,
        )
        assert (verify(before, zone), verify(after, zone)) == (True, True)
        assert (old.state, new.state, dkim_keys.check_key(old).state) == ("retired", "found", "retired")

    def test_there_is_one_key_to_wait_for(self) -> None:
        dkim_keys.make_key(HOST)
        with pytest.raises(dkim_keys.AlreadyWaiting):
            dkim_keys.make_key(HOST)

    def test_a_key_that_cannot_be_read_lets_mail_leave_unsigned(self, zone: Zone, sink: Sink) -> None:
        published(zone)
        DkimKey.objects.update(sealed="gone")
        assert b"DKIM-Signature" not in send(sink)
        assert Delivery.objects.filter(kind=NOTE, state="sent").count() == 1

    def test_the_private_half_is_not_in_the_database(self) -> None:
        key = dkim_keys.make_key(HOST)
        assert "PRIVATE" not in key.sealed
        assert load_key(secrets.unseal(key.sealed, purpose="dkim")).key_size == 2048

    @pytest.mark.parametrize(
        ("state", "ago", "due"),
        [
            ("waiting", None, 1), ("waiting", 5, 0), ("waiting", 11, 1), ("wrong", 11, 1),
            ("found", 60, 0), ("found", 25 * 60, 1), ("retired", 25 * 60, 0),
        ],
    )  # fmt: skip
    def test_records_are_looked_up_again_by_themselves(
        self, monkeypatch: pytest.MonkeyPatch, state: str, ago: int | None, due: int
    ) -> None:
        woken: list[str] = []
        monkeypatch.setattr(dkim_keys, "enqueue", lambda task, id: woken.append(id))
        dkim_keys.make_key(HOST)
        checked = None if ago is None else timezone.now() - timedelta(minutes=ago)
        DkimKey.objects.update(state=state, checked_at=checked)
        dkim_keys.wake_checks()
        assert len(woken) == due


def test_the_list_of_what_is_signed_is_this() -> None:
    assert [name for name in SIGNED if name.startswith((b"from", b"list"))] == [
        b"from", b"from", b"list-unsubscribe", b"list-unsubscribe-post",
    ]  # fmt: skip


PUBLIC = new_key()[1]


@pytest.mark.parametrize(
    ("records", "found", "words"),
    [
        ([], Found.NOTHING, ""),
        ([f"v=DKIM1; k=rsa; p={PUBLIC}"], Found.RIGHT, ""),
        ([f"k=rsa;p= {PUBLIC[:100]} {PUBLIC[100:]} ;"], Found.RIGHT, ""),
        (["v=spf1 -all", f"v=DKIM1; p={PUBLIC}; t=s"], Found.RIGHT, ""),
        (["v=spf1 -all"], Found.WRONG, "is no key"),
        (["v=DKIM1; p="], Found.WRONG, "withdrawn"),
        ([f"v=DKIM1; p={PUBLIC[:200]}"], Found.WRONG, "cut off"),
        ([f"v=DKIM1; p={new_key()[1]}"], Found.WRONG, "Another key"),
        ([f"v=DKIM1; k=ed25519; p={PUBLIC}"], Found.WRONG, "k=rsa"),
        ([f"v=DKIM1; h=sha1; p={PUBLIC}"], Found.WRONG, "sha256"),
        ([f"v=DKIM1; p={PUBLIC}"] * 2, Found.WRONG, "2 keys"),
    ],
)
def test_what_a_record_says(records: list[str], found: Found, words: str) -> None:
    judged, trouble = read_records(records, public=PUBLIC)
    assert (judged, words in trouble, bool(trouble)) == (found, True, found is Found.WRONG)


def test_a_name_without_a_resolver_that_answers(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.3)
    settings.DNS_RESOLVERS = ["127.0.0.1:1"]
    with pytest.raises(CannotAsk):
        txt_records("x.example.org")


def test_a_mail_without_an_end_of_line_is_signed_as_it_leaves() -> None:
    private, public = new_key()
    signer = Signer("a.test", "s", load_key(private))
    mail = signer.sign(b"From: a@a.test\nSubject: x\n\nbody")
    assert mail.endswith(b"body\r\n")
    assert dkim.verify(mail, dnsfunc=lambda name, timeout=5: f"v=DKIM1; p={public}".encode())
