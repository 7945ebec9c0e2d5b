"""Mails as the world sends them: well made, and broken in every way the world knows."""

from email.message import EmailMessage

import pytest

from deploy.dev.mailbox.letters import Attachment, Letter, read

ID = "01795329784890620961-de1ef1"


def letter(raw: bytes) -> Letter:
    return read(ID, raw)


def test_it_works() -> None:
    message = EmailMessage()
    message["From"] = "Zoë <zoe@a.test>"
    message["To"] = "b@b.test"
    message["Reply-To"] = "thread+1@a.test"
    message["Subject"] = "Grüße"
    message.set_content("Hello\n\nthere\n")
    message.add_alternative("<p>Hello</p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="off er.pdf")
    found = letter(b"Return-Path: <x@a.test>\r\nDelivered-To: b@b.test\r\n" + message.as_bytes())
    assert (found.sender, found.recipient, found.subject) == ("Zoë <zoe@a.test>", "b@b.test", "Grüße")
    assert (found.reply_to, found.delivered_to) == (["thread+1@a.test"], ["b@b.test"])
    assert (found.text, found.html, found.preview) == ("Hello\n\nthere\n", "<p>Hello</p>\n", "Hello there")
    assert found.attachments == [
        Attachment(index=0, name="off er.pdf", content_type="application/pdf", content=b"%PDF")
    ]


def test_an_html_mail_has_no_text() -> None:
    found = letter(b"Content-Type: text/html\r\n\r\n<p>hi</p>")
    assert (found.text, found.html, found.attachments) == ("", "<p>hi</p>", [])


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        (b"no headers at all", "no headers at all"),
        (b"Content-Type: text/plain; charset=nonsense\r\n\r\n\xffa", "�a"),
        (b"Content-Type: text/plain; charset=utf-8\r\n\r\n\xffa", "�a"),
        (b"Content-Type: text/plain; charset=latin-1\r\n\r\n\xe9", "é"),
        (b'Content-Type: text/plain; charset="\xff"\r\n\r\na', "a"),
        (b"Content-Type: text/plain; charset=hex\r\n\r\nzz", "zz"),
        (b"Content-Type: multipart/mixed\r\n\r\nno boundary", ""),
        (b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ncut off", "cut off"),
        (b"Subject: a\r\n\r\nnul\0", "nul�"),
    ],
)
def test_a_broken_body_is_read_as_far_as_it_goes(raw: bytes, text: str) -> None:
    assert letter(raw).text == text


@pytest.mark.parametrize(
    ("raw", "sender", "recipient", "subject"),
    [
        (b'From: "\r\nTo: <<>>,,\r\nSubject: =?xx?q?=ff?= \xff\r\n\r\n', "<e@x.test>", "r@x.test", "� �"),
        (b"From: a@a.test\r\nTo: b@\r\n\r\n", "a@a.test", "r@x.test", ""),
        (b"From: @\r\nTo: [a@b.test\r\nSubject:\r\n\r\n", "<e@x.test>", "r@x.test", ""),
    ],
)
def test_broken_headers_do_not_hide_who_it_was(raw: bytes, sender: str, recipient: str, subject: str) -> None:
    found = letter(b"Return-Path: <e@x.test>\r\nDelivered-To: r@x.test\r\n" + raw)
    assert (found.sender, found.recipient, found.subject) == (sender, recipient, subject)
