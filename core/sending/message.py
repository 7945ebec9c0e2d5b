"""Builds the bytes of one mail: our header lines, then the body as the standard library encodes it.

The same input gives the same bytes, so a retry is the same mail. What to say comes from composers, in
registry.py; who hands the bytes over is domain/handoff.py.
"""

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from core.sending.outgoing import POSTMARK_KEY, MailFile, Outgoing
from core.sending.rules import headers
from core.sending.rules.addresses import deliverable
from tenants.text import unix_lines

# Composers add to these, they never replace them.
OURS = frozenset({
    "from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id", "in-reply-to",
    "references", "return-path", "received", "auto-submitted", "x-auto-response-suppress", "x-loop",
    "mime-version", "dkim-signature", "x-pm-keepid",
})  # fmt: skip
_BODY = policy.SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The facts of a mail that no composer decides. `loop_id` marks it as ours when it comes back.

    `provider` is who relays it, when its events are to name the mail.
    """

    to: str
    sender_name: str
    sender: str
    message_id: str
    date: datetime
    automatic: bool
    loop_id: str
    provider: str = ""


def build(outgoing: Outgoing, *, frame: Frame) -> bytes:
    """The mail's bytes, CRLF line ends; raises ValueError when a header or an address is unsafe.

    Subject and name come from what people typed, so they are cleaned; anything else must be clean already.
    """
    lines = [headers.line(name, value) for name, value in _header_lines(outgoing, frame) if value]
    return b"".join(lines) + _body(outgoing, boundary=frame.message_id)


def _header_lines(outgoing: Outgoing, frame: Frame) -> list[tuple[str, str]]:
    name = headers.one_line(outgoing.from_name or frame.sender_name, limit=120)
    sender = headers.mailbox(outgoing.from_email or frame.sender, name=name)
    references = (*outgoing.references, *([outgoing.in_reply_to] if outgoing.in_reply_to else []))
    return [
        ("From", sender),
        ("To", deliverable(frame.to)),
        ("Reply-To", headers.mailbox(outgoing.reply_to) if outgoing.reply_to else ""),
        ("Subject", headers.text(headers.one_line(outgoing.subject, limit=300))),
        ("Date", format_datetime(frame.date)),
        ("Message-ID", _checked_id(frame.message_id)),
        ("In-Reply-To", headers.message_ids((outgoing.in_reply_to,))),
        ("References", headers.message_ids(references)),
        ("X-Loop", headers.check_value(frame.loop_id)),
        *_automatic(frame.automatic, answers=outgoing.answers_by_itself),
        *_for_provider(frame),
        *((name, headers.text(value)) for name, value in _extra(outgoing)),
    ]


def _automatic(automatic: bool, *, answers: bool) -> list[tuple[str, str]]:
    """RFC 3834 §5, and Microsoft's "X-Auto-Response-Suppress", so that no robot answers a robot."""
    if not automatic:
        return []
    return [
        ("Auto-Submitted", "auto-replied" if answers else "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]


def _for_provider(frame: Frame) -> list[tuple[str, str]]:
    """Postmark puts an id of its own in place of ours; its events then name the mail by this header.

    postmarkapp.com/developer/user-guide/send-email-with-smtp, "Custom metadata".
    """
    if frame.provider != "postmark":
        return []
    return [("X-PM-KeepID", "true"), (f"X-PM-Metadata-{POSTMARK_KEY}", frame.message_id.strip("<>"))]


def _extra(outgoing: Outgoing) -> list[tuple[str, str]]:
    for name in outgoing.headers:
        if name.lower() in OURS or name.lower().startswith("content-"):
            raise headers.UnsafeHeader(f"a composer cannot set the header {name[:60]}")
    return list(outgoing.headers.items())


def _checked_id(message_id: str) -> str:
    if not headers.is_message_id(message_id):
        raise headers.UnsafeHeader("not a message id")
    return message_id


def _body(outgoing: Outgoing, *, boundary: str) -> bytes:
    name = boundary.strip("<>").partition("@")[0]
    body = EmailMessage(policy=_BODY)
    body.set_content(_clean(outgoing.text))
    if outgoing.html:
        body.add_alternative(_clean(outgoing.html), subtype="html")
        body.set_boundary(f"=_{name}")
    for file in outgoing.files:
        _attach(body, file)
    if outgoing.files:
        body.set_boundary(f"=+{name}")  # none of the two begins like the other
    return body.as_bytes(policy=_BODY)


def _attach(body: EmailMessage, file: MailFile) -> None:
    """As bytes in base64, whatever it is: a mail in a mail would be read, and refused where it is broken."""
    kind, _, subkind = file.content_type.partition("/")
    if kind in {"message", "multipart"} or not subkind:
        kind, subkind = "application", "octet-stream"
    body.add_attachment(
        file.data, maintype=kind, subtype=subkind, filename=headers.one_line(file.name, limit=120) or "file"
    )


def _clean(text: str) -> str:
    """NUL and lone surrogates cannot be sent (RFC 5322 §4, Unicode); line ends become one kind."""
    text = unix_lines(text).replace("\0", "")
    return text.encode(errors="replace").decode()
