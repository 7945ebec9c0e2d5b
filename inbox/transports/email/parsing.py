"""Reads one raw mail: who wrote, to whom, in answer to what, and what it says.

Time and memory are bounded whatever the bytes are; a mail beyond the bounds is `Unreadable`, and shown so.
Its files are found by parts.py; what becomes of it in the inbox is decided in domain/take_in.py.
"""

import hashlib
import re
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses

from core.sending.rules.addresses import InvalidAddress, normalise
from core.sending.rules.headers import is_message_id
from inbox.transports.email.bounds import BOUNDED, BoundedMessage, Unreadable, bounded
from inbox.transports.email.cleaning import Cleaned, clean
from inbox.transports.email.decoding import decode_text, decode_value
from inbox.transports.email.reports import Report, report_of

_HEADERS_END = re.compile(rb"\r?\n\r?\n")
_ID = re.compile(r"<[^<>\s]{3,250}>")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+")
_ROBOTS = re.compile(
    r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|listserv)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail as it is shown: `html` sanitised, `automatic` when a robot wrote it, `report` for a bounce,
    whose `fate` it tells; `hops` is how many servers it went through. `wants_answer` is False where it asks
    robots not to answer, which only robots are to heed."""

    message_id: str
    sender: str
    sender_name: str
    subject: str
    in_reply_to: tuple[str, ...]
    text: str
    html: str
    automatic: bool
    report: bool
    loops: tuple[str, ...]
    hops: int
    body_sha256: str
    fate: Report | None = None
    wants_answer: bool = True


def read_mail(raw: bytes) -> Mail:
    """The mail in these bytes. Raises Unreadable, and nothing else."""
    head = bounded(raw)
    try:
        message = BytesParser(BoundedMessage, policy=BOUNDED).parsebytes(head)
        if not message.keys():
            raise Unreadable("It is not a mail.")
        return _mail(message, body_sha256=_body_sha256(raw))
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # The library was written for friendlier input; whatever it stumbles over, the mail stays raw.
        raise Unreadable("Its structure is broken.") from error


def _mail(message: "Message[str, str]", *, body_sha256: str) -> Mail:
    sender, name = _sender(message)
    text, html = _texts(message)
    shown = clean(html) if html else Cleaned(html="", text="")
    return Mail(
        message_id=_first_id(message),
        sender=sender,
        sender_name=name,
        subject=_value(message, "subject")[:300],
        in_reply_to=_answered(message),
        text=text or shown.text,
        html=shown.html,
        automatic=_is_automatic(message, sender),
        report=message.get_content_type() == "multipart/report",
        loops=tuple(_raw_values(message, "x-loop")[:10]),
        hops=len(_raw_values(message, "received")),
        body_sha256=body_sha256,
        fate=report_of(message),
        wants_answer=not _asks_for_silence(message),
    )


def _body_sha256(raw: bytes) -> str:
    """Of all that follows the headers, attachments too: two copies of a mail share it."""
    end = _HEADERS_END.search(raw)
    return hashlib.sha256(memoryview(raw)[end.end() if end else len(raw) :]).hexdigest()


def _texts(message: "Message[str, str]") -> tuple[str, str]:
    """The first plain text and the first HTML that are not attachments."""
    found = {"text/plain": "", "text/html": ""}
    for part in _leaves(message):
        kind = part.get_content_type()
        if kind not in found or found[kind] or _is_attachment(part):
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            found[kind] = decode_text(payload, _charset(part)).strip()
    return found["text/plain"], found["text/html"]


def _leaves(message: "Message[str, str]") -> list["Message[str, str]"]:
    """The parts that hold something, without looking into attached mails."""
    leaves: list[Message[str, str]] = []
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting = [item for item in part.get_payload() if isinstance(item, Message)] + waiting
        else:
            leaves.append(part)
    return leaves


def _is_attachment(part: "Message[str, str]") -> bool:
    return part.get_content_disposition() == "attachment"


def _charset(part: "Message[str, str]") -> str | None:
    charset = part.get_param("charset")
    return charset if isinstance(charset, str) else None


def _raw_values(message: "Message[str, str]", name: str) -> list[str]:
    """A header's values as they stand, never turned into the library's own header objects."""
    return [value for key, value in message.raw_items() if key.lower() == name and isinstance(value, str)]


def _value(message: "Message[str, str]", name: str) -> str:
    values = _raw_values(message, name)
    return decode_value(values[0]) if values else ""


def _sender(message: "Message[str, str]") -> tuple[str, str]:
    """The first usable address of From, else of Sender or Reply-To, with its name."""
    for header in ("from", "sender", "reply-to"):
        for value in _raw_values(message, header)[:1]:
            for name, address in _addresses(value[:2000]):
                return address, decode_value(name)[:200]
    return "", ""


def _addresses(value: str) -> list[tuple[str, str]]:
    known = []
    try:
        candidates = getaddresses([value.replace("\r", " ").replace("\n", " ")])
    except (IndexError, RecursionError):  # comments inside each other, without end
        candidates = []
    for name, address in [*candidates, *(("", found) for found in _ADDRESS.findall(value))]:
        try:
            known.append((name, normalise(address)))
        except InvalidAddress:
            continue
    return known


def _first_id(message: "Message[str, str]") -> str:
    found = _ids(message, "message-id")
    return found[0] if found else ""


def _answered(message: "Message[str, str]") -> tuple[str, ...]:
    """The ids this mail says it answers, the closest first."""
    closest_first = [*_ids(message, "in-reply-to"), *reversed(_ids(message, "references"))]
    return tuple(dict.fromkeys(closest_first))[:30]


def _ids(message: "Message[str, str]", name: str) -> list[str]:
    found = _ID.findall(" ".join(_raw_values(message, name))[:8000])
    return [value for value in found if is_message_id(value)]


def _is_automatic(message: "Message[str, str]", sender: str) -> bool:
    """Written by a robot (RFC 3834 §2): such a mail is shown, and never answered by another robot."""
    submitted = _value(message, "auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if _value(message, "precedence").lower() in {"bulk", "list", "junk", "auto_reply"}:
        return True
    if any(key.lower().startswith("list-") or key.lower() in _ROBOT_HEADERS for key in message.keys()):  # noqa: SIM118 - a Message is no dict
        return True
    return bool(_ROBOTS.match(sender)) or message.get_content_type() == "multipart/report"


def _asks_for_silence(message: "Message[str, str]") -> bool:
    """Microsoft's X-Auto-Response-Suppress (MS-OXCMAIL §2.2.3.2.14): a request, and no sign of a robot."""
    asked = {word.strip() for word in _value(message, "x-auto-response-suppress").lower().split(",")}
    return bool(asked & {"all", "autoreply", "oof"})


_ROBOT_HEADERS = {"x-autoreply", "x-autorespond", "x-auto-reply", "x-mail-autoreply", "x-autogenerated"}
