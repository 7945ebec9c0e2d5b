"""The way out by SMTP: one connection, kept for the mails of one batch, from SMTP_URL.

It knows when a mail may have been accepted and says so by the class of its error (rules/answers.py).
Nothing here touches the database, and nothing may call it inside a transaction.
"""

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from core.sending.outgoing import Wire
from core.sending.rules.answers import NotHandedOver, Refused, Unanswered
from core.sending.rules.headers import one_line

STEP_TIMEOUT = 30.0  # seconds for each answer
END_TIMEOUT = 120.0  # seconds for the answer to the end of the data: servers scan before they say yes

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class BadServerUrl(ValueError):
    """SMTP_URL cannot be read."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail goes: `smtp://`, `smtp+starttls://` or `smtps://`, with `user:password@host:port`."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = ""

    @classmethod
    def from_url(cls, url: str) -> Self:
        parts = urlsplit(url)
        default_port = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}.get(parts.scheme)
        if default_port is None or not parts.hostname:
            raise BadServerUrl("SMTP_URL must look like smtp://host:port, smtp+starttls://… or smtps://…")
        try:
            port = parts.port or default_port
        except ValueError:
            raise BadServerUrl("SMTP_URL has no valid port") from None
        return cls(
            parts.hostname, port, parts.scheme, unquote(parts.username or ""), unquote(parts.password or "")
        )


class Transport:
    """A connection that opens at the first mail and is reused until the end of the `with`."""

    def __init__(
        self,
        server: Server,
        *,
        helo: str,
        step_timeout: float = STEP_TIMEOUT,
        end_timeout: float = END_TIMEOUT,
    ) -> None:
        self.server = server
        self.helo = helo
        self.step_timeout = step_timeout
        self.end_timeout = end_timeout
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._smtp is not None:
            with suppress(OSError):  # every smtplib error is one: the peer may be gone already
                self._smtp.quit()
            self._smtp.close()
            self._smtp = None

    def send(self, wire: Wire) -> str:
        """Hand one mail over and return the server's answer; raises Refused, NotHandedOver or Unanswered."""
        smtp = self._ready()
        try:
            self._open_envelope(smtp, wire)
            self._send_data(smtp, wire.data)
        except Refused as refusal:
            self._after_refusal(smtp, refusal)
            raise
        except OSError as error:
            self._drop()
            raise NotHandedOver(f"The connection to the mail server broke: {_say(error)}") from error
        return self._finish(smtp)

    def _ready(self) -> smtplib.SMTP:
        """A connection that answers now; an idle one that the server has closed is opened again."""
        if self._smtp is not None:
            with suppress(OSError):
                if self._smtp.rset()[0] == 250:
                    return self._smtp
            self._drop()
        self._smtp = self._connect()
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        smtp: smtplib.SMTP
        if server.security == "smtps":
            context = ssl.create_default_context()
            smtp = smtplib.SMTP_SSL(timeout=self.step_timeout, local_hostname=self.helo, context=context)
        else:
            smtp = smtplib.SMTP(timeout=self.step_timeout, local_hostname=self.helo)
        try:
            code, answer = smtp.connect(server.host, server.port)
            if code != 220:
                raise NotHandedOver(f"The mail server takes no mail now: {_text(answer)}", code=code)
            self._greet(smtp)
        except (OSError, NotHandedOver) as error:
            smtp.close()
            if isinstance(error, NotHandedOver):
                raise
            raise NotHandedOver(
                f"The mail server cannot be reached: {_say(error)}", code=_code(error)
            ) from error
        return smtp

    def _greet(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self.server.security == "smtp+starttls":
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
        if self.server.user:
            smtp.login(self.server.user, self.server.password)

    def _open_envelope(self, smtp: smtplib.SMTP, wire: Wire) -> None:
        options = []
        if wire.needs_utf8:
            if not smtp.has_extn("smtputf8"):
                raise Refused("the next server cannot take an address with such letters", code=553)
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        elif smtp.has_extn("size"):
            options = [f"SIZE={len(wire.data)}"]
        _expect(smtp.mail(wire.mail_from, options), kind=2)
        _expect(smtp.rcpt(wire.rcpt_to), kind=2)

    def _send_data(self, smtp: smtplib.SMTP, data: bytes) -> None:
        _expect(smtp.docmd("DATA"), kind=3)
        body = _LEADING_DOT.sub(b"..", _LINE_END.sub(b"\r\n", data))
        smtp.send(body if body.endswith(b"\r\n") else body + b"\r\n")

    def _finish(self, smtp: smtplib.SMTP) -> str:
        """Send the final dot. From its first byte on, silence means that nobody knows."""
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(self.end_timeout)
            smtp.send(b".\r\n")
            code, answer = smtp.getreply()
            if smtp.sock is not None:
                smtp.sock.settimeout(self.step_timeout)
        except OSError as error:
            self._drop()
            raise Unanswered(_say(error)) from error
        if code // 100 != 2:
            refusal = Refused(_text(answer), code=code)
            self._after_refusal(smtp, refusal)
            raise refusal
        return _text(answer)

    def _after_refusal(self, smtp: smtplib.SMTP, refusal: Refused) -> None:
        if refusal.code == 421 or smtp.sock is None:  # RFC 5321 §3.8: the server is closing
            self._drop()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _expect(reply: tuple[int, bytes], *, kind: int) -> None:
    """Raise Refused unless the answer's first digit is `kind` (RFC 5321 §4.2.1)."""
    code, answer = reply
    if code == -1:
        raise smtplib.SMTPServerDisconnected("closed without an answer")
    if code // 100 != kind:
        raise Refused(_text(answer), code=code)


def _text(answer: bytes) -> str:
    return one_line(answer.decode("utf-8", errors="replace"))


def _code(error: OSError) -> int | None:
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None


def _say(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "our login was not accepted"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return one_line(str(error)) or type(error).__name__
