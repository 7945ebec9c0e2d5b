"""The bytes of a mail: what a reader sees is what was meant, and no value can break out of its line."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sending.message import Frame, build
from core.sending.outgoing import MailFile, Outgoing
from core.sending.rules.addresses import InvalidAddress
from core.sending.rules.headers import UnsafeHeader

FRAME = Frame(
    to="zoe@example.org",
    sender_name="Northwind Sales",
    sender="replies@alice.test",
    message_id="<1f@alice.test>",
    date=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
    automatic=False,
    loop_id="alice.test",
)
PLAIN_NAMES = [
    "From", "To", "Subject", "Date", "Message-ID", "X-Loop", "Content-Type", "Content-Transfer-Encoding",
    "MIME-Version",
]  # fmt: skip
HOSTILE = ["\r\nBcc: eve@evil.test", "\nBcc: eve@evil.test", "\rBcc: eve@evil.test", "a\u2028b", "a\u2029b",
           "a\x85b", "a\0b", "a\x0bb", "a\ud800b"]  # fmt: skip


def outgoing(**changes: Any) -> Outgoing:
    return Outgoing(**{"subject": "Hello", "text": "Hello Zoe,\nhow are you?\n", **changes})


def frame(**changes: Any) -> Frame:
    return Frame(**{**{name: getattr(FRAME, name) for name in Frame.__slots__}, **changes})


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def test_it_works() -> None:
    mail = read(build(outgoing(html="<p>Hello Zoe</p>", reply_to="reply+x@alice.test"), frame=FRAME))
    assert {
        name: str(mail[name]) for name in ("From", "To", "Subject", "Reply-To", "Date", "Message-ID")
    } == {
        "From": "Northwind Sales <replies@alice.test>",
        "To": "zoe@example.org",
        "Subject": "Hello",
        "Reply-To": "reply+x@alice.test",
        "Date": "Wed, 04 Mar 2026 05:06:07 +0000",
        "Message-ID": "<1f@alice.test>",
    }
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert (text.get_content(), html.get_content()) == (
        "Hello Zoe,\r\nhow are you?\r\n",
        "<p>Hello Zoe</p>\r\n",
    )


def test_same_input_gives_the_same_bytes() -> None:
    message = outgoing(html="<p>é</p>", subject="Grüße")
    assert build(message, frame=FRAME) == build(message, frame=FRAME)


def test_plain_mail_has_exactly_these_headers() -> None:
    assert sorted(read(build(outgoing(), frame=FRAME)).keys()) == sorted(PLAIN_NAMES)


def test_automatic_mail_says_so() -> None:
    mail = read(build(outgoing(), frame=frame(automatic=True)))
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")


def test_threading_headers_keep_first_and_newest() -> None:
    ids = tuple(f"<{number}@x.test>" for number in range(40))
    mail = read(build(outgoing(in_reply_to="<39@x.test>", references=ids), frame=FRAME))
    assert mail["In-Reply-To"] == "<39@x.test>"
    assert str(mail["References"]).split() == ["<0@x.test>", *ids[-19:]]


def test_a_foreign_id_that_is_no_id_is_left_out() -> None:
    mail = read(
        build(
            outgoing(in_reply_to="<a b@x>\r\nBcc: eve@evil.test", references=("<ok@x.test>", "no")),
            frame=FRAME,
        )
    )
    assert (mail["In-Reply-To"], mail["References"], mail["Bcc"]) == (None, "<ok@x.test>", None)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("field", ["from_email", "reply_to", "message_id"])
def test_hostile_values_are_refused(field: str, value: str) -> None:
    said, facts = outgoing(), FRAME
    if field == "message_id":
        facts = frame(message_id=f"<1@x.test>{value}")
    else:
        said = outgoing(**{field: value})
    with pytest.raises((UnsafeHeader, InvalidAddress)):
        build(said, frame=facts)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_subjects_and_names_are_made_one_line(value: str) -> None:
    mail = read(build(outgoing(subject=f"Re: {value}", from_name=f"Zoe {value}"), frame=FRAME))
    words = re.findall(r"[\w.@:]+", value)
    assert str(mail["Subject"]) == " ".join(["Re:", *words])
    assert mail["From"].addresses[0].display_name == " ".join(["Zoe", *words])
    assert sorted(mail.keys()) == sorted(PLAIN_NAMES)


@pytest.mark.parametrize(
    "text", ["=?utf-8?q?=0aBcc:_eve@evil.test?=", "=?utf-8?b?Qg==?= and =?", "100 % =?="]
)
def test_text_that_looks_encoded_arrives_as_written(text: str) -> None:
    mail = read(build(outgoing(subject=text, from_name=text, headers={"X-Note": text}), frame=FRAME))
    assert (mail["Subject"], mail["From"].addresses[0].display_name, mail["X-Note"]) == (text, text, text)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_extra_headers_are_refused(value: str) -> None:
    for headers in ({"X-Note": value}, {f"X-Note{value}": "1"}):
        with pytest.raises(UnsafeHeader):
            build(outgoing(headers=headers), frame=FRAME)


@pytest.mark.parametrize("name", ["To", "bcc", "From", "Content-Type", "DKIM-Signature"])
def test_composers_cannot_replace_our_headers(name: str) -> None:
    with pytest.raises(UnsafeHeader):
        build(outgoing(headers={name: "x"}), frame=FRAME)


@pytest.mark.parametrize(
    "to", ["a@x.test, b@x.test", "a@x.test\r\nBcc: b@x.test", "<a@x.test>", "a b@x.test", "a@", "@x"]
)
def test_the_recipient_is_one_plain_address(to: str) -> None:
    with pytest.raises(InvalidAddress):
        build(outgoing(), frame=frame(to=to))


TRICKY = st.text(st.sampled_from('=?utf-8qB0aAD\r\n :<>@",;\\é\u2028\0 \tx'), max_size=60) | st.text(
    max_size=400
)


@given(subject=TRICKY, name=TRICKY, reply_to=TRICKY, note=TRICKY)
def test_no_value_ever_adds_a_header(subject: str, name: str, reply_to: str, note: str) -> None:
    message = outgoing(subject=subject, from_name=name, reply_to=reply_to, headers={"X-Note": note})
    try:
        raw = build(message, frame=FRAME)
    except ValueError:
        return
    mail = read(raw)
    assert set(mail.keys()) - {"Reply-To", "Subject", "X-Note"} == set(PLAIN_NAMES) - {"Subject"}
    assert mail.get_all("To") == ["zoe@example.org"]
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert not set(b"\r\n") & set(raw.replace(b"\r\n", b""))


def blanks_folded(text: str) -> str:
    return " ".join(text.replace("\t", " ").split())


@given(
    st.text(st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]) | st.just(" "), max_size=300)
)
def test_the_subject_arrives_as_written(subject: str) -> None:
    mail = read(build(outgoing(subject=f"x {subject}"), frame=FRAME))
    assert blanks_folded(str(mail["Subject"])) == blanks_folded(f"x {subject}")[:300].rstrip()


@given(
    st.text(
        st.characters(
            blacklist_categories=["Cs"], blacklist_characters="\0\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
        )
    )
)
def test_the_text_arrives_as_written(text: str) -> None:
    body = read(build(outgoing(text=text), frame=FRAME)).get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").removesuffix("\n") == text.removesuffix("\n")


PLAN = MailFile(name="Größe.pdf", content_type="application/pdf", data=bytes(range(256)) * 40)


@pytest.mark.parametrize("html", ["", "<p>Hello</p>"])
def test_files_go_along(html: str) -> None:
    raw = build(outgoing(html=html, files=(PLAN, PLAN)), frame=FRAME)
    assert raw == build(outgoing(html=html, files=(PLAN, PLAN)), frame=FRAME)
    mail = read(raw)
    assert mail.get_content_type() == "multipart/mixed"
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == ["Hello Zoe,", "how are you?"]
    assert (mail.get_body(("html",)) is not None) == bool(html)
    found = [
        (part.get_filename(), part.get_content_type(), part.get_content()) for part in mail.iter_attachments()
    ]
    assert found == [("Größe.pdf", "application/pdf", PLAN.data)] * 2
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


@pytest.mark.parametrize("name", [*HOSTILE, 'a"b.pdf', "a\\b", "=?utf-8?q?x?=", "x" * 400])
def test_a_name_cannot_break_out(name: str) -> None:
    file = MailFile(name=f"x{name}", content_type="application/pdf", data=b"x")
    raw = build(outgoing(files=(file,)), frame=FRAME)
    assert b"\r\nBcc:" not in raw
    (part,) = read(raw).iter_attachments()
    assert (part.get_content_disposition(), part.get_content()) == ("attachment", b"x")


@pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed", "nonsense", ""])
def test_a_type_that_is_read_is_none(kind: str) -> None:
    file = MailFile(name="x", content_type=kind, data=b"\xff\0 not a mail")
    (part,) = read(build(outgoing(files=(file,)), frame=FRAME)).iter_attachments()
    assert (part.get_content_type(), part.get_content()) == ("application/octet-stream", b"\xff\0 not a mail")
