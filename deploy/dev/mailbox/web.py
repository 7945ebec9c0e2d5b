"""HTTP for the mailbox: a request in, a reply out, the headers that keep a hostile mail harmless.
Which page answers which address is next door, in pages.py."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from deploy.dev.ports import HOST

LARGEST_FORM_BYTES = 2_000_000
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A mail's own HTML: no script, no remote image, no form, not even our origin; links open a tab of their own.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the browser asked."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What it gets."""

    body: str | bytes = ""
    status: HTTPStatus = HTTPStatus.OK
    content_type: str = "text/html; charset=utf-8"
    policy: str = PAGE_POLICY
    headers: dict[str, str] = field(default_factory=dict)


Answerer = Callable[[Request], Reply]


def is_ours(host: str, origin: str) -> bool:
    """Whether this machine's own page asks: no foreign name for us, no foreign page behind it."""
    name = urlsplit(f"//{host}").hostname or ""
    if name not in {"localhost", "127.0.0.1"} and not name.endswith(".localhost"):
        return False
    return origin in {"", f"http://{host}"}


class Server(ThreadingHTTPServer):
    """On loopback; call serve_forever() and shutdown(). A browser that went away is no error of ours."""

    daemon_threads = True

    def __init__(self, answer: Answerer, *, port: int) -> None:
        self.answer = answer
        super().__init__((HOST, port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    server: Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        if not length.isdigit() or int(length) > LARGEST_FORM_BYTES:
            self.close_connection = True
            self._send(Reply(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, body="Too much for this form."))
            return
        body = self.rfile.read(int(length))
        if not is_ours(self.headers.get("Host", ""), self.headers.get("Origin", "")):
            self._send(Reply(status=HTTPStatus.FORBIDDEN, body="Only this machine's own page may ask that."))
            return
        self._send(self.server.answer(to_request(self.command, self.path, body)))

    def _send(self, reply: Reply) -> None:
        content = reply.body.encode() if isinstance(reply.body, str) else reply.body
        self.send_response(reply.status)
        for name, value in {**standard_headers(reply, content), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: the page polls, and the terminal is for what matters."""


def to_request(method: str, target: str, body: bytes) -> Request:
    """Take the request line and the form apart."""
    parts = urlsplit(target)
    return Request(
        method=method,
        path=parts.path,
        query=dict(parse_qsl(parts.query)),
        form=dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True)),
    )


def standard_headers(reply: Reply, content: bytes) -> dict[str, str]:
    """On every answer, whatever it is."""
    return {
        "Content-Type": reply.content_type,
        "Content-Length": str(len(content)),
        "Content-Security-Policy": reply.policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",  # with no-referrer a form posts Origin: null
        "Cache-Control": "no-store",
    }
