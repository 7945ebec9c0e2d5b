"""What mail providers post, as their documentation shows it, for tests that post it to us over HTTP."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.db import connections

SECRET = "mail:a-long-secret-of-this-installation"
KEY = "mailgun-signing-key"
BOUNDARY = "----xx-posted-form-xx"


def signature(*, key: str = KEY, at: float | None = None, token: str = "") -> dict[str, str]:
    """documentation.mailgun.com, “Securing Webhooks”: HMAC-SHA256 over timestamp and token."""
    timestamp, token = str(int(at or time.time())), token or uuid4().hex + uuid4().hex[:18]
    signed = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {"timestamp": timestamp, "token": token, "signature": signed}


def mailgun_mail(raw: bytes, *, to: str, mail_from: str = "zoe@example.org", **sign: Any) -> dict[str, bytes]:
    """The fields of a route's post to an address that ends in “mime”."""
    fields = {
        "recipient": to,
        "sender": mail_from,
        "subject": "A question",
        "from": "Zoe Zimmer <zoe@example.org>",
        "message-headers": json.dumps([["Subject", "A question"]]),
        **signature(**sign),
    }
    return {**{name: value.encode() for name, value in fields.items()}, "body-mime": raw}


def as_multipart(fields: dict[str, bytes]) -> tuple[str, bytes]:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in fields.items()
    ]
    return f"multipart/form-data; boundary={BOUNDARY}", b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def as_urlencoded(fields: dict[str, bytes]) -> tuple[str, bytes]:
    return "application/x-www-form-urlencoded", urlencode(fields).encode()


def postmark_mail(raw: str, *, to: str, mail_from: str = "zoe@example.org", id: str = "") -> dict[str, Any]:
    """postmarkapp.com/developer/webhooks/inbound-webhook, with the raw mail in it."""
    return {
        "FromName": "Zoe Zimmer",
        "From": "zoe@example.org",
        "FromFull": {"Email": "zoe@example.org", "Name": "Zoe Zimmer", "MailboxHash": ""},
        "ToFull": [{"Email": to, "Name": "", "MailboxHash": ""}],
        "OriginalRecipient": to,
        "Subject": "A question",
        "MessageID": id or str(uuid4()),
        "Date": "Thu, 5 Apr 2026 16:59:01 +0200",
        "TextBody": "Hello",
        "HtmlBody": "",
        "Headers": [
            {"Name": "Return-Path", "Value": f"<{mail_from}>"},
            {"Name": "X-Spam-Status", "Value": "No"},
        ],
        "Attachments": [],
        "RawEmail": raw,
    }


def mailgun_failure(message_id: str, *, to: str, severity: str = "permanent", **more: Any) -> dict[str, Any]:
    """documentation.mailgun.com, “Event Structure”: a permanent or temporary failure."""
    status = {
        "code": 550,
        "message": "5.1.1 The email account that you tried to reach does not exist.",
        "description": "",
        "attempt-no": 1,
    }
    data = {
        "event": "failed",
        "severity": severity,
        "reason": "bounce",
        "id": "G9Bn5sl1TC6nu79C8C0bwg",
        "timestamp": time.time(),
        "recipient": to,
        "message": {"headers": {"message-id": message_id.strip("<>"), "to": to}, "size": 867},
        "delivery-status": status,
        "user-variables": {},
        "tags": [],
        **more,
    }
    return {"signature": signature(), "event-data": data}


def postmark_bounce(
    message_id: str, *, to: str, kind: str = "HardBounce", id: int = 4323372036
) -> dict[str, Any]:
    """postmarkapp.com/developer/webhooks/bounce-webhook."""
    return {
        "RecordType": "SpamComplaint" if kind == "SpamComplaint" else "Bounce",
        "MessageStream": "outbound",
        "ID": id,
        "Type": kind,
        "TypeCode": 1,
        "Name": "Hard bounce",
        "Tag": "",
        "MessageID": str(uuid4()),
        "Metadata": {"message": message_id.strip("<>")},
        "ServerID": 1234,
        "Description": "The server was unable to deliver your message.",
        "Details": "smtp;550 no such user",
        "Email": to,
        "From": "replies@alice.test",
        "BouncedAt": "2026-08-02T14:24:20Z",
        "DumpAvailable": True,
        "Inactive": True,
        "CanActivate": True,
        "Subject": "Re: Tea",
    }


def authorization(secret: str = SECRET) -> str:
    return "Basic " + base64.b64encode(secret.encode()).decode()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def running_site() -> Iterator[int]:
    """The product behind a real HTTP socket; the port it listens on."""
    from deploy.wsgi import application

    server = make_server("127.0.0.1", 0, application, server_class=WSGIServer, handler_class=_Quiet)

    def serve() -> None:
        server.serve_forever(poll_interval=0.05)
        connections.close_all()

    thread = Thread(target=serve)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
