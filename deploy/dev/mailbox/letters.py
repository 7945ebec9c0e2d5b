"""Reads a caught mail, however broken: headers, its text, its HTML, what is attached.
Nothing here trusts the mail; an unknown charset or bytes that do not fit become replacement marks."""

import codecs
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses

from deploy.dev.mailbox.store import received_at

# What the standard library's header parser raises on hostile input, beside the errors it means to raise.
UNREADABLE = (ValueError, IndexError, KeyError, AttributeError, TypeError, LookupError)
PREVIEW_CHARACTERS = 140


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A part that is neither the text nor the HTML."""

    index: int
    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail, ready to be shown."""

    id: str
    received: datetime
    headers: list[tuple[str, str]]
    text: str
    html: str
    attachments: list[Attachment]

    def header(self, name: str) -> str:
        """The first header of that name, decoded; empty without one."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def _addressed(self, name: str) -> str:
        """That header if there is an address in it: a broken one would hide who it really was."""
        value = self.header(name)
        return value if addresses(value) else ""

    @property
    def subject(self) -> str:
        return self.header("Subject")

    @property
    def sender(self) -> str:
        return self._addressed("From") or self.header("Return-Path")

    @property
    def recipient(self) -> str:
        return self._addressed("To") or ", ".join(self.delivered_to)

    @property
    def delivered_to(self) -> list[str]:
        """The envelope's recipients: who the mail was really for."""
        return [value for key, value in self.headers if key.lower() == "delivered-to"]

    @property
    def reply_to(self) -> list[str]:
        """Bare addresses an answer should go to."""
        return addresses(self.header("Reply-To")) or addresses(self.sender)

    @property
    def preview(self) -> str:
        """The beginning of the text on one line."""
        return " ".join(self.text.split())[:PREVIEW_CHARACTERS]


def read(number: str, raw: bytes) -> Letter:
    """Take a mail apart; never raises."""
    message = message_from_bytes(raw, policy=policy.default)
    parts = [part for part in message.walk() if isinstance(part, EmailMessage) and not part.is_multipart()]
    text = next((part for part in parts if _is_body(part, "text/plain")), None)
    html = next((part for part in parts if _is_body(part, "text/html")), None)
    rest = [part for part in parts if part is not text and part is not html]
    return Letter(
        id=number,
        received=received_at(number),
        headers=[(name, _value(message, name, position)) for position, name in enumerate(message.keys())],
        text=_text(text),
        html=_text(html),
        attachments=[_attachment(index, part) for index, part in enumerate(rest)],
    )


def addresses(header: str) -> list[str]:
    """The bare addresses in a header's text."""
    return [address for _, address in getaddresses([header]) if "@" in address]


def _is_body(part: EmailMessage, content_type: str) -> bool:
    return part.get_content_type() == content_type and _filename(part) == ""


def _filename(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ("attachment" if part.get_content_disposition() == "attachment" else "")
    except UNREADABLE:
        return "unreadable name"


def _value(message: EmailMessage, name: str, position: int) -> str:
    """The header at that position, decoded if it can be, as it came if not."""
    raw = list(message.raw_items())[position][1]
    try:
        value = str(message.policy.header_fetch_parse(name, raw))
    except UNREADABLE:
        value = str(raw)
    return _clean(value)


def _text(part: EmailMessage | None) -> str:
    if part is None:
        return ""
    content = _content(part)
    try:
        charset = codecs.lookup(part.get_content_charset() or "utf-8").name
        return _clean(content.decode(charset, "replace"))
    except UNREADABLE:
        return _clean(content.decode("utf-8", "replace"))


def _content(part: EmailMessage) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except UNREADABLE:
        payload = None
    return payload if isinstance(payload, bytes) else b""


def _attachment(index: int, part: EmailMessage) -> Attachment:
    return Attachment(
        index=index,
        name=_clean(_filename(part)) or part.get_content_type(),
        content_type=part.get_content_type(),
        content=_content(part),
    )


def _clean(text: str) -> str:
    """With plain line ends, without the half characters that undecodable bytes leave behind."""
    printable = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return printable.replace("\r\n", "\n").replace("\0", "�")
