"""The shapes of a mail on its way out: what a composer says, with its files, and the finished bytes.

message.py turns the first into the second; registry.py holds the composers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

POSTMARK_KEY = "message"
"""Under which Postmark's webhooks repeat our Message-ID; message.py gives it to them in a header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFile:
    """A file that goes along; its name is one line, its type what the file has been found to be."""

    name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What to say. Empty sender fields mean the workspace's own name and address.

    `answers_by_itself` marks an answer that nobody wrote: it comes back to nobody (RFC 3834 §3.3, §5).
    `in_reply_to` and `references` are ids with their angle brackets; the mail's own id is the delivery's.
    """

    subject: str
    text: str
    html: str = ""
    from_name: str = ""
    from_email: str = ""
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    files: tuple[MailFile, ...] = ()
    answers_by_itself: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A finished mail: the envelope's two addresses and the bytes with CRLF line ends."""

    mail_from: str
    rcpt_to: str
    data: bytes

    @property
    def needs_utf8(self) -> bool:
        """Whether an address has letters outside ASCII before its @ (RFC 6531)."""
        return not (self.mail_from.isascii() and self.rcpt_to.isascii())
