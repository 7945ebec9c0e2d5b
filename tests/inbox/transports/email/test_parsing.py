"""Reading mails of all kinds: friendly ones as they are meant, hostile ones within bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.transports.email.bounds import HEAD, Unreadable
from inbox.transports.email.parsing import read_mail
from tests.inbox.transports.email.mails import ALTERNATIVE, FROM, HTML, alternative, nested, raw_mail


def test_it_works() -> None:
    mail = read_mail(
        raw_mail(headers=b"In-Reply-To: <9@alice.test>\r\nReferences: <8@alice.test> <9@alice.test>\r\n")
    )
    assert (mail.sender, mail.sender_name, mail.subject, mail.message_id) == (
        "zoe@example.org",
        "Zoe Zimmer",
        "A question",
        "<1@example.org>",
    )
    assert (mail.text, mail.html, mail.in_reply_to) == ("Hello", "", ("<9@alice.test>", "<8@alice.test>"))
    assert (mail.automatic, mail.report, mail.attachments, mail.loops) == (False, False, (), ())


def test_text_and_html_are_both_kept() -> None:
    mail = read_mail(raw_mail(alternative("Grüße", "<p>Grüße</p><script>x()</script>"), headers=ALTERNATIVE))
    assert (mail.text, mail.html.strip()) == ("Grüße", "<p>Grüße</p>")


def test_html_only_gets_a_text() -> None:
    mail = read_mail(raw_mail(b"<p>Hello</p><p>Zoe</p>", headers=HTML))
    assert (mail.text, mail.html) == ("Hello\n\nZoe", "<p>Hello</p><p>Zoe</p>")


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("utf-8", "Grüße".encode(), "Grüße"),
        ("iso-8859-1", "Grüße".encode("latin-1"), "Grüße"),
        ("windows-1252", "“Grüße”".encode("cp1252"), "“Grüße”"),
        ("us-ascii", "Grüße".encode(), "Grüße"),
        ("us-ascii", "Grüße".encode("latin-1"), "Grüße"),
        ("utf-8", b"Gr\xfc\xdfe, \xc3\xa9", "Gr\ufffd\ufffde, é"),
        ("no-such-charset", "Grüße".encode(), "Grüße"),
        ("punycode", b"abc-", "abc-"),
        ("base64", b"abc", "abc"),
        ("x\"; y='", b"abc", "abc"),
        ("utf-16", b"\xff", "\ufffd"),
        ("iso-2022-jp", b"\x1b$B\xff", "\ufffd"),
        ("utf-8", b"a\0b\x07c\r\nd\re", "abc\nd\ne"),
    ],
)
def test_charsets_good_and_broken(charset: str, body: bytes, text: str) -> None:
    headers = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n".encode()
    assert read_mail(raw_mail(body, headers=headers)).text == text


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?b?R3LDvMOfZQ==?= =?iso-8859-1?q?_Z=F6e?=", "Grüße Zöe"),
        ("=?utf-8?q?a=0d=0aBcc:_eve@evil.test?=", "a Bcc: eve@evil.test"),
        ("=?utf-8?q?=00=E2=80=AEevil=E2=80=A8?=", "evil"),
        ("=?no-such?q?a=FFb?=", "aÿb"),
        ("=?utf-8?b?!!!?=", ""),
        ("=?utf-8?b?A?=", "=?utf-8?b?A?="),
        ("Grüße", "Grüße"),
        ("a\r\n folded", "a folded"),
    ],
)
def test_headers_are_one_clean_line(subject: str, shown: str) -> None:
    assert read_mail(raw_mail(subject=subject)).subject == shown


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("zoe@example.org", "", "zoe@example.org"),
        ('"Zimmer, Zoe" <Zoe@Example.org>', "Zimmer, Zoe", "zoe@example.org"),
        ("=?utf-8?q?Zo=C3=AB=2C_the?= <zoe@example.org>", "Zoë, the", "zoe@example.org"),
        ("Zoe <zoe@example.org>, Eve <eve@evil.test>", "Zoe", "zoe@example.org"),
        ("nobody", "", ""),
        ("Zoe <<zoe@example.org>>", "", "zoe@example.org"),
        ("(" * 1500 + " zoe@example.org", "", "zoe@example.org"),
    ],
)
def test_who_wrote(sender: str, name: str, address: str) -> None:
    mail = read_mail(raw_mail(sender=sender))
    assert (mail.sender_name, mail.sender) == (name, address)


@pytest.mark.parametrize(
    "header",
    ["Auto-Submitted: auto-replied", "Precedence: bulk", "List-Id: <x.test>", "List-Unsubscribe: <https://x.test>",
     "X-Autoreply: yes", "Content-Type: multipart/report; report-type=delivery-status; boundary=b"],
)  # fmt: skip
def test_robots_are_recognised(header: str) -> None:
    assert read_mail(raw_mail(headers=f"{header}\r\n".encode())).automatic is True


@pytest.mark.parametrize(
    "sender", ["MAILER-DAEMON@x.test", "postmaster@x.test", "no-reply@x.test", "noreply@x.test"]
)
def test_robots_are_recognised_by_their_address(sender: str) -> None:
    assert read_mail(raw_mail(sender=sender)).automatic is True


@pytest.mark.parametrize(
    "header", ["Auto-Submitted: no", "Precedence: first-class", "X-Auto-Response-Suppress: All"]
)
def test_people_are_no_robots(header: str) -> None:
    assert read_mail(raw_mail(headers=f"{header}\r\n".encode())).automatic is False


def test_attachments_are_named_and_not_shown() -> None:
    body = (
        b"--b\r\n\r\nSee attached\r\n--b\r\nContent-Type: text/html\r\nContent-Disposition: attachment;"
        b' filename="=?utf-8?q?B=C3=BCro=2Ehtml?="\r\n\r\n<p>file</p>\r\n'
        b"--b\r\nContent-Type: application/pdf\r\n\r\nxx\r\n--b--\r\n"
    )
    mail = read_mail(raw_mail(body, headers=b"Content-Type: multipart/mixed; boundary=b\r\n"))
    assert (mail.text, mail.html) == ("See attached", "")
    assert mail.attachments == ("Büro.html", "a file (application/pdf)")


def test_an_attached_mail_is_not_mistaken_for_this_one() -> None:
    body = (
        b"--b\r\n\r\nFwd\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nInner\r\n--b--\r\n"
    )
    mail = read_mail(raw_mail(body, headers=b"Content-Type: multipart/mixed; boundary=b\r\n"))
    assert (mail.text, mail.attachments) == ("Fwd", ("a file (message/rfc822)",))


def test_hostile_html_comes_out_harmless() -> None:
    html = (
        '<p>Hi</p><script>alert(1)</script><img src="http://169.254.169.254/x"><style>@import "//e"</style>'
    )
    assert read_mail(raw_mail(html.encode(), headers=HTML)).html == "<p>Hi</p><img>"


def test_deep_nesting_has_a_limit() -> None:
    assert read_mail(nested(30)).text == "Hello"
    with pytest.raises(Unreadable, match="nested too deeply"):
        read_mail(nested(1000))
    with pytest.raises(Unreadable, match="nested too deeply"):
        read_mail(FROM + b"Content-Type: message/rfc822\r\n\r\n" * 1000)


@pytest.mark.parametrize("raw", [b"", b"\0" * 1000, bytes(range(256)) * 100, b"no header at all"])
def test_bytes_that_are_no_mail(raw: bytes) -> None:
    with pytest.raises(Unreadable, match="not a mail"):
        read_mail(raw)


def test_only_the_beginning_of_one_very_long_line_is_read() -> None:
    raw = raw_mail(b"x" * 10_000_000)
    assert read_mail(raw).text == "x" * (HEAD - raw.index(b"xxx"))


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: " + b"=?utf-8?q?=0a?= " * 200_000 + b"\r\n\r\nx",
        b"From: " + b'"\\' * 500_000 + b"\r\n\r\nx",
        b"X: y\r\n" * 300_000 + b"\r\nx",
        FROM + b"Content-Type: text/plain; " + b"a=b; " * 500_000 + b"\r\n\r\nx",
        FROM
        + b"Content-Disposition: attachment; "
        + b"".join(b"f*%d=a; " % n for n in range(50_000))
        + b"\r\n\r\nx",
        FROM + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 300_000,
        FROM + b"\r\n" + b"\r\n" * 5_000_000,
    ],
    ids=["words", "quotes", "headers", "parameters", "continuations", "parts", "lines"],
)
def test_mails_made_to_be_slow_are_read(raw: bytes) -> None:
    assert len(read_mail(raw).text) <= 1


MIME = st.lists(
    st.sampled_from(
        [b"\r\n", b"\n", b"--b", b"--", b"From: ", b"Subject: ", b"Content-Type: ", b"multipart/mixed",
         b"; boundary=b", b"text/html", b"message/rfc822", b"Content-Transfer-Encoding: base64",
         b"=?utf-8?q?", b"?=", b"; charset=",
         b"utf-16", b"<a@b.test>", b"References: ", b"; name*0*=utf-8''%", b'"', b"(", b"\0", b"\xff", b" "]
    )
    | st.binary(max_size=8),
    max_size=60,
).map(b"".join)  # fmt: skip


@given(MIME)
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        mail = read_mail(FROM + raw)
    except Unreadable:
        return
    text = mail.text + mail.html + mail.subject + mail.sender_name
    assert ("\0" in text, text.encode("utf-8", "replace").decode()) == (False, text)
