"""The files in a raw mail, found without reading it line by line, so that 25 MB take no longer than a moment.

Which text is shown is parsing.py's, within tighter bounds; what becomes of a file is domain/files.py's.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser

from inbox.transports.email.bounds import BOUNDED, MAX_CONTAINERS, BoundedMessage
from inbox.transports.email.decoding import decode_value

MAX_HEAD = 64 * 1024  # bytes of one part's headers
MAX_PARTS = 300
MAX_LOOKS = 2_000  # lines of one container that may begin a part, and paddings of one base64

_HEAD_ENDS = re.compile(rb"(?:\A|\n)\r?\n")
_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)
_CONTENT_ID = re.compile(r"<?([A-Za-z0-9.@_+=$-]{1,200})>?\Z")
_NAMES = {
    "message/rfc822": "mail.eml", "application/ms-tnef": "winmail.dat", "text/calendar": "invitation.ics",
    "image/jpeg": "picture.jpg", "image/png": "picture.png", "image/gif": "picture.gif",
    "image/webp": "picture.webp", "application/pdf": "document.pdf", "text/vcard": "contact.vcf",
    "application/pgp-signature": "signature.asc",
}  # fmt: skip

Headers = Message


@dataclass(frozen=True, slots=True)
class Part:
    """A file as the mail declares it: nothing of that is believed. `content_id` is what its HTML may name."""

    name: str
    content_id: str
    encoding: str
    body: bytes

    def data(self) -> bytes:
        """The bytes it stands for, as far as they can be told."""
        if self.encoding == "base64":
            return b"".join(map(_from_base64, self.body.split(b"=", MAX_LOOKS)))
        return binascii.a2b_qp(self.body) if self.encoding == "quoted-printable" else self.body


def _from_base64(piece: bytes) -> bytes:
    """What stands before a padding; broken programs pad each line, and it goes on behind."""
    letters = piece.translate(None, _NOT_BASE64)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def files_in(raw: bytes) -> Iterator[Part]:
    """Every part that is not shown as text, in order; not what is nested or parted beyond the bounds."""
    waiting, containers, parts = [(0, len(raw))], 0, 0
    while waiting and parts < MAX_PARTS:
        start, end = waiting.pop()
        parts += 1
        headers, body = _headers(raw, start, end)
        if headers is None:
            continue
        boundary = _boundary(headers)
        if boundary and containers < MAX_CONTAINERS:
            containers += 1
            waiting += reversed(_between(raw, body, end, boundary=boundary))
        elif not boundary and _is_file(headers):
            yield _part(headers, raw[body:end])


def _headers(raw: bytes, start: int, end: int) -> tuple["Headers[str, str] | None", int]:
    """A part's headers, and where what follows them begins."""
    block = raw[start : min(end, start + MAX_HEAD)]
    ends = _HEAD_ENDS.search(block)
    if ends is None:
        return None, end
    try:
        head = BytesParser(BoundedMessage, policy=BOUNDED).parsebytes(block[: ends.end()], headersonly=True)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None, end  # the library was written for friendlier input
    return head, start + ends.end()


def _boundary(headers: "Headers[str, str]") -> bytes:
    """What stands between the parts of a multipart; b"" for anything else."""
    if headers.get_content_maintype() != "multipart":
        return b""
    found = headers.get_boundary()
    return found.encode("ascii", "surrogateescape") if found and found.isascii() else b""


def _between(raw: bytes, start: int, end: int, *, boundary: bytes) -> list[tuple[int, int]]:
    """Where the parts of a container stand."""
    line = b"--" + boundary
    found: list[tuple[int, int]] = []
    begins: int | None = None
    at = start if raw.startswith(line, start) else raw.find(b"\n" + line, start, end) + 1
    for _ in range(MAX_LOOKS):
        if at <= 0:
            break
        after = _line_after(raw, at + len(line), end)
        if after is not None:
            if begins is not None:
                found.append((begins, _without_line_end(raw, begins, at)))
            begins = None if raw.startswith(b"--", at + len(line)) else after
            if begins is None:
                break
        at = raw.find(b"\n" + line, at, end) + 1
    if begins is not None:
        found.append((begins, end))  # cut off before its end
    return found


def _line_after(raw: bytes, at: int, end: int) -> int | None:
    """Where the next line begins, when this one ends with the boundary; None when it is a longer one."""
    line_end = raw.find(b"\n", at, min(end, at + 200))
    rest = raw[at : line_end if line_end != -1 else min(end, at + 200)]
    if rest.strip() not in {b"", b"--"}:
        return None
    return line_end + 1 if line_end != -1 else end


def _without_line_end(raw: bytes, start: int, at: int) -> int:
    """The line end before a boundary belongs to the boundary (RFC 2046 §5.1.1)."""
    at -= raw[at - 1 : at] == b"\n"
    at -= raw[at - 1 : at] == b"\r"
    return max(start, at)


def _is_file(headers: "Headers[str, str]") -> bool:
    """Not one of the texts that are shown: what is attached, named, or something else than text."""
    if headers.get_content_disposition() == "attachment" or headers.get_filename():
        return True
    return headers.get_content_type() not in {"text/plain", "text/html"}


def _part(headers: "Headers[str, str]", body: bytes) -> Part:
    declared = headers.get_content_type()
    name = decode_value(headers.get_filename() or "") or _NAMES.get(declared, "file")
    called = _CONTENT_ID.match(str(headers.get("Content-ID", "")).strip())
    encoding = str(headers.get("Content-Transfer-Encoding", "")).strip().lower()
    return Part(name=name, content_id=called[1] if called else "", encoding=encoding, body=body)
