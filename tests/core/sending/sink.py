"""Real SMTP servers for tests: one that counts what it accepts, and answers as each test tells it to.

Used wherever a test lets mail leave; the mail that comes in has its own tests in tests/inbox/transports.
"""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from core.sending.smtp import Server


@dataclass
class Sink:
    """Accepts mail; `at_rcpt` and `at_data` are answers to give instead, taken one by one.

    The answer "cut" closes the connection without a word; "accept and cut" keeps the mail, then closes.
    """

    at_rcpt: list[str] = field(default_factory=list)
    at_data: list[str] = field(default_factory=list)
    accepted: list[Envelope] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def server(self) -> Server:
        return Server.from_url(self.url)

    @property
    def mails(self) -> list[EmailMessage]:
        return [
            message_from_bytes(item.original_content or b"", policy=policy.default) for item in self.accepted
        ]

    @property
    def envelopes(self) -> list[tuple[str | None, list[str]]]:
        return [(item.mail_from, item.rcpt_tos) for item in self.accepted]

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.at_rcpt.pop(0) if self.at_rcpt else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.at_data.pop(0) if self.at_data else "250 OK"
        if answer in {"250 OK", "accept and cut"}:
            self.accepted.append(envelope)
        if answer.endswith("cut"):
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return answer


class _Controller(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="sink.test", enable_SMTPUTF8=True, data_size_limit=None)


@contextmanager
def running_sink(**answers: Any) -> Iterator[Sink]:
    """A sink on a free port of this machine, stopped at the end."""
    sink = Sink(**answers)
    sink.port = free_port()
    controller = _Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


@contextmanager
def scripted_server(*lines: bytes) -> Iterator[Server]:
    """A server that says the given lines, one after each thing it hears, and then nothing more."""
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def serve() -> None:
        peer, _ = listener.accept()
        with peer:
            for line in lines:
                peer.sendall(line)
                if not peer.recv(65536):
                    return
            done.wait(10)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield Server(host="127.0.0.1", port=listener.getsockname()[1], security="smtp")
    finally:
        done.set()
        listener.close()
        thread.join(5)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
