"""The shapes between a provider's post and us, and a request for django-anymail made of a body we have read.

Django's own reading of forms holds at most a few megabytes of a field, and decodes it; a mail is bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, QueryDict

MAX_FIELDS = 200


class BadPost(Exception):
    """It is not what this provider posts, or its signature is wrong; the text says which, for its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedMail:
    """A mail that came in at a provider: its bytes, the envelope, and what the provider calls the event."""

    raw: bytes = field(repr=False)
    mail_from: str
    rcpt_to: tuple[str, ...]
    event_id: str


def fields_of(content_type: str, body: bytes) -> dict[str, bytes]:
    """The fields of a posted form, as bytes; of several with one name the last. Raises BadPost."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        if body.count(b"&") > MAX_FIELDS:
            raise BadPost("It has too many fields.")
        pairs = (pair.partition(b"=") for pair in body.split(b"&"))
        return {_plain(name).decode(errors="replace"): _plain(value) for name, _, value in pairs}
    if kind == "multipart/form-data":
        return _multipart(content_type, body)
    raise BadPost("It is not a form.")


def _plain(quoted: bytes) -> bytes:
    """As bytes: the standard library's reader of forms would decode them."""
    return unquote_to_bytes(quoted.replace(b"+", b" "))


def _multipart(content_type: str, body: bytes) -> dict[str, bytes]:
    head = b"Content-Type: " + content_type.encode("ascii", "replace") + b"\r\n\r\n"
    parsed = BytesParser().parsebytes(head + body)
    parts = parsed.get_payload() if parsed.is_multipart() else []
    if not isinstance(parts, list) or len(parts) > MAX_FIELDS:
        raise BadPost("It is not a form of a few fields.")
    found: dict[str, bytes] = {}
    for part in parts:
        name = part.get_param("name", header="content-disposition") if isinstance(part, Message) else None
        payload = part.get_payload(decode=True) if isinstance(part, Message) else None
        if isinstance(name, str) and isinstance(payload, bytes):
            found[name] = payload
    return found


def as_request(
    *,
    content_type: str,
    body: bytes = b"",
    fields: Mapping[str, bytes] | None = None,
    authorization: str = "",
) -> HttpRequest:
    """A POST as django-anymail's webhooks read one."""
    request = HttpRequest()
    request.method = "POST"
    request.META = {"HTTP_AUTHORIZATION": authorization, "CONTENT_TYPE": content_type}
    request.content_type = content_type.partition(";")[0].strip().lower()
    form = QueryDict(mutable=True)
    for name, value in (fields or {}).items():
        form[name] = value.decode(errors="replace")
    request.POST = form  # type: ignore[assignment]  # the stubs want an immutable one
    request._body = body  # where Django keeps a body that was read
    return request
