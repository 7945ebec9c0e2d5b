"""The files of a raw mail are found whatever it is made of, and made-up mails take no time."""

import base64
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.transports.email.parts import MAX_LOOKS, MAX_PARTS, Part, _between, files_in
from tests.inbox.transports.email.mails import FROM, nested, raw_mail

MIXED = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"


def found(raw: bytes) -> list[tuple[str, str, bytes]]:
    return [(part.name, part.content_id, part.data()) for part in files_in(raw)]


def a_mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "zoe@example.org", "Files"
    mail.set_content("See attached.")
    return mail


def test_it_works() -> None:
    mail = a_mail()
    mail.add_alternative('<p>See <img src="cid:logo@x"></p>', subtype="html")
    html = mail.get_payload()[1]  # type: ignore[index]  # a part
    assert isinstance(html, EmailMessage)
    html.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<logo@x>", filename="logo.png")
    mail.add_attachment(bytes(range(256)) * 9, maintype="application", subtype="pdf", filename="Büro.pdf")
    mail.add_attachment("Grüße\n", filename="note.txt")
    assert found(mail.as_bytes()) == [
        ("logo.png", "logo@x", b"\x89PNG"),
        ("Büro.pdf", "", bytes(range(256)) * 9),
        ("note.txt", "", "Grüße\n".encode()),
    ]


def test_a_mail_that_is_a_file_alone() -> None:
    raw = raw_mail(base64.encodebytes(b"%PDF-1.7"), headers=b"Content-Type: application/pdf\r\n"
                   b"Content-Transfer-Encoding: base64\r\n")  # fmt: skip
    assert found(raw) == [("document.pdf", "", b"%PDF-1.7")]


def test_texts_that_are_shown_are_no_files() -> None:
    assert found(raw_mail()) == []
    assert found(a_mail().as_bytes()) == []


def test_an_attached_mail_and_winmail_are_files_and_not_looked_into() -> None:
    body = (
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n"
        b"Subject: x\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n"
        b'--c\r\nContent-Type: a/b; name="inner"\r\n\r\nx\r\n--c--\r\n'
        b"\r\n--b\r\nContent-Type: application/ms-tnef\r\n\r\n\x78\x9f\x3e\x22\r\n--b--\r\n"
    )
    assert [(name, data[:8]) for name, _, data in found(raw_mail(body, headers=MIXED))] == [
        ("mail.eml", b"Subject:"),
        ("winmail.dat", b"\x78\x9f\x3e\x22"),
    ]


def in_a_part(head: bytes, body: bytes) -> bytes:
    return raw_mail(b"--b\r\n" + head + b"\r\n\r\n" + body + b"\r\n--b--\r\n", headers=MIXED)


PDF_PART = b"Content-Type: application/pdf"


@pytest.mark.parametrize(
    ("encoding", "body", "data"),
    [
        (b"base64", b"aGVsbG8=", b"hello"),
        (b"BASE64", b"aGVs\r\nbG8", b"hello"),
        (b"base64", b"aGVsbG8=\r\n>>> !\r\n", b"hello"),
        (b"base64", b"aGVsbG8=\r\naGVsbA==\r\n", b"hellohell"),
        (b"base64", b"a", b""),
        (b"base64", b"\xff\xfe", b""),
        (b"quoted-printable", b"h=C3=A9=\r\nllo", "héllo".encode()),
        (b"8bit", b"\xff\0 x", b"\xff\0 x"),
        (b"x-unknown", b"hello", b"hello"),
    ],
)
def test_encodings_good_and_bad(encoding: bytes, body: bytes, data: bytes) -> None:
    raw = in_a_part(PDF_PART + b"\r\nContent-Transfer-Encoding: " + encoding, body)
    assert [part[2] for part in found(raw)] == [data]


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        (raw_mail(b"--b\r\n" + PDF_PART + b"\r\n\r\nno end", headers=MIXED), ["document.pdf"]),
        (raw_mail(b"--bb\r\n" + PDF_PART + b"\r\n\r\nx\r\n--bb--", headers=MIXED), []),
        (raw_mail(b"--b\n" + PDF_PART + b"\n\nx\n--b--\n", headers=MIXED), ["document.pdf"]),
        (raw_mail(b"--b  \r\n" + PDF_PART + b"\r\n\r\nx\r\n--b--", headers=MIXED), ["document.pdf"]),
        (raw_mail(b"no parts", headers=MIXED), []),
        (raw_mail(b"x", headers=b"Content-Type: multipart/mixed\r\n"), ["file"]),
        (b"", []),
        (b"\r\n\r\n", []),
        (in_a_part(b'Content-Type: a/b; name="../../x\x00.pdf"', b"x"), [".. .. x .pdf"]),
        (nested(1000), []),
    ],
)
def test_broken_ones(raw: bytes, names: list[str]) -> None:
    assert [name.replace("/", " ") for name, _, _ in found(raw)] == names


def test_a_content_id_that_could_be_more_than_a_name_is_none() -> None:
    heads = [b"Content-ID: <" + name + b">" for name in (b'a"onload=x', b"a b", b"x" * 300, b"ok.1@x")]
    ids = [found(in_a_part(PDF_PART + b"\r\n" + head, b"x"))[0][1] for head in heads]
    assert ids == ["", "", "", "ok.1@x"]


def test_no_more_parts_than_a_person_would_send() -> None:
    parts = b"".join(b'--b\r\nContent-Type: a/b; name="%d"\r\n\r\nx\r\n' % number for number in range(5000))
    assert len(list(files_in(raw_mail(parts, headers=MIXED)))) == MAX_PARTS - 1


def test_no_more_lines_are_looked_at_than_a_mail_has_parts() -> None:
    for line, least in ((b"--b\r\n", MAX_LOOKS - 1), (b"--bx\r\n", 0)):
        raw = b"\r\n" + line * 10_000
        assert least <= len(_between(raw, 2, len(raw), boundary=b"b")) <= MAX_LOOKS


def test_no_deeper_than_a_person_would_nest() -> None:
    """Forty containers are opened, and what stands deeper is not found."""
    level = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    for depth, names in ((40, ["document.pdf"]), (41, [])):
        parts = b"".join(level % (number, number) for number in range(depth))
        assert [name for name, _, _ in found(FROM + parts + PDF_PART + b"\r\n\r\nx")] == names


SLOW = {
    "deep": nested(20_000),
    "boundaries": raw_mail(b"--b\r\n" * 3_000_000, headers=MIXED),
    "almost boundaries": raw_mail(b"--bx\r\n" * 3_000_000, headers=MIXED),
    "one line": FROM + b"Content-Type: application/pdf\r\n\r\n" + b"x" * 24_000_000,
    "paddings": FROM + PDF_PART + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"=" * 24_000_000,
    "base64": FROM + PDF_PART + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"AAAA\r\n" * 4_000_000,
    "a long head": FROM + b"X: y\r\n" * 4_000_000,
}


@pytest.mark.parametrize("what", SLOW)
def test_mails_made_to_be_slow_are_read(what: str) -> None:
    """Without the bounds each takes minutes."""
    assert len([part.data() for part in files_in(SLOW[what])]) < MAX_PARTS


@given(st.binary(max_size=2000))
def test_any_bytes_are_read(raw: bytes) -> None:
    for part in files_in(MIXED + b"\r\n--b\r\n" + raw):
        assert isinstance(part, Part)
        assert isinstance(part.data(), bytes)
