"""How much of a mail is looked at, so that no bytes can take more than seconds and megabytes to read.

The standard library needs quadratic time for long headers, many parts and deep nesting; parsing.py reads what
is left of a mail after these bounds, and texts stand before attachments.
"""

import re
from email.message import Message
from email.policy import Compat32

HEAD = 4_000_000  # bytes
MAX_LINES = 150_000
MAX_DASHES = 2_000  # lines that may begin a part
MAX_CONTAINERS = 40  # multiparts and attached mails, and so the deepest nesting
MAX_HEADERS = 500  # of one part
MAX_HEADER = 4_000  # characters
MAX_PARAMETERS = 1_000  # characters of a header that has parameters

_CONTAINER = re.compile(rb"content-type:\s*(?:multipart|message)\s*/", re.IGNORECASE)
_WITH_PARAMETERS = ("content-type", "content-disposition")


class Unreadable(Exception):
    """The bytes cannot be read as a mail within the bounds; the text says why, for people."""


def bounded(raw: bytes) -> bytes:
    """The beginning of a mail, as far as it is looked at. Raises Unreadable when it is nested too deeply."""
    head = raw[:HEAD]
    while head.count(b"\n") > MAX_LINES:
        head = head[: len(head) // 2]
    head = b"\n--".join(head.split(b"\n--", MAX_DASHES)[:MAX_DASHES])
    if len(_CONTAINER.findall(head)) > MAX_CONTAINERS:
        raise Unreadable("Its parts are nested too deeply.")
    return head


class _BoundedPolicy(Compat32):
    """Headers as they stand, each cut."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        limit = MAX_PARAMETERS if name.lower() in _WITH_PARAMETERS else MAX_HEADER
        return name[:100], value[:limit]


class BoundedMessage(Message):
    """A part whose headers beyond the first few hundred are ignored."""

    def set_raw(self, name: str, value: str) -> None:
        if len(self) < MAX_HEADERS:
            super().set_raw(name, value)


BOUNDED = _BoundedPolicy()
