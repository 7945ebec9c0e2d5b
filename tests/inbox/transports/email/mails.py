"""Raw mails for tests, good and bad."""

from typing import Final

FROM: Final = b"From: Zoe Zimmer <zoe@example.org>\r\n"


def raw_mail(
    body: bytes = b"Hello\r\n",
    *,
    sender: str = "Zoe Zimmer <zoe@example.org>",
    to: str = "sales@alice.test",
    subject: str = "A question",
    message_id: str = "<1@example.org>",
    headers: bytes = b"",
) -> bytes:
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Message-ID: {message_id}"]
    return (
        "\r\n".join([line for line in lines if not line.endswith(": ")]).encode()
        + b"\r\n"
        + headers
        + b"\r\n"
        + body
    )


def alternative(text: str, html: str) -> bytes:
    """The headers and body of a mail with both."""
    parts = [("plain", text), ("html", html)]
    body = "".join(
        f"--b\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
        f"\r\n{content}\r\n"
        for kind, content in parts
    )
    return f"{body}--b--\r\n".encode()


ALTERNATIVE: Final = b"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n"
HTML: Final = b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n"


def nested(depth: int) -> bytes:
    """A mail whose multiparts stand inside each other."""
    level = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    parts = b"".join(level % (number, number) for number in range(depth))
    return FROM + b"Subject: Deep\r\nMIME-Version: 1.0\r\n" + parts + b"\r\nHello\r\n"


def report(
    *,
    status: str = "5.1.1",
    action: str = "failed",
    diagnostic: str = "smtp; 550 5.1.1 no such person",
    returned: bytes = b"Hi",
) -> bytes:
    """A delivery report (RFC 3464) as a mail server writes it, with the mail it is about."""
    head = (
        "From: Mail Delivery System <mailer-daemon@example.org>\r\nSubject: Undelivered\r\n"
        "Message-ID: <report@example.org>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; example.org\r\n\r\n"
        f"Final-Recipient: rfc822; gone@example.org\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {diagnostic}\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: Hi\r\n\r\n"
    )
    return head.encode() + returned + b"\r\n--b--\r\n"
