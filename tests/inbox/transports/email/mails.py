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
