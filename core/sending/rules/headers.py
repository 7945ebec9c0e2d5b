"""Header lines of a mail, written so that no value can end its line and begin another.

Every value passes `check_value`; the body's MIME parts are left to the standard library, in message.py.
"""

import re
import unicodedata
from email.header import Header

from core.sending.rules.addresses import deliverable

FOLD_AT = 76  # RFC 5322 §2.1.1 asks for 78 with the line's end
LONGEST_WORD = 900  # a word cannot be folded; RFC 5322 allows a line 998

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}\Z")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,120}@[!-;=?-~]{1,120}>\Z")
_BREAKS = {"Cc", "Cs", "Zl", "Zp"}


class UnsafeHeader(ValueError):
    """A value that would break out of its line."""


def check_name(name: str) -> str:
    if not _NAME.match(name):
        raise UnsafeHeader(f"not a header name: {name[:60]!r}")
    return name


def check_value(value: str) -> str:
    """The value itself; raises UnsafeHeader on line breaks of any kind, NUL and other control characters."""
    for char in value:
        if char != "\t" and unicodedata.category(char) in _BREAKS:
            raise UnsafeHeader(f"a header cannot hold the character U+{ord(char):04X}")
    return value.replace("\t", " ").strip()


def one_line(text: str, *, limit: int = 200) -> str:
    """Free text made fit for a header: breaks and control characters become blanks, and it is cut."""
    clean = "".join(" " if unicodedata.category(char) in _BREAKS else char for char in text[: limit * 4])
    return " ".join(clean.split())[:limit].rstrip()


def text(value: str) -> str:
    """Unstructured text for the wire: itself when plain, else encoded words (RFC 2047 §2).

    Text that only looks like an encoded word is encoded as well, so that nobody decodes it.
    """
    value = check_value(value)
    if _is_plain(value):
        return value
    return " ".join(Header(value, "utf-8", maxlinelen=FOLD_AT).encode(linesep="\n").split("\n "))


def mailbox(address: str, *, name: str = "") -> str:
    """`"Name" <address>`, the name quoted or encoded; raises InvalidAddress or UnsafeHeader."""
    address = deliverable(address)
    name = check_value(name)
    if not name:
        return address
    if _is_plain(name):
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{address}>'
    return f"{text(name)} <{address}>"


def is_message_id(value: str) -> bool:
    return bool(_MESSAGE_ID.match(value))


def message_ids(values: tuple[str, ...], *, keep: int = 20) -> str:
    """A References line: only well-formed ids, the middle left out when there are many (RFC 5322 §3.6.4)."""
    known = [value for value in dict.fromkeys(values) if is_message_id(value)]
    if len(known) > keep:
        known = known[:1] + known[1 - keep :]
    return " ".join(known)


def line(name: str, value: str) -> bytes:
    """One header, folded at its blanks; non-ASCII is left as UTF-8 for mailboxes that need SMTPUTF8."""
    rest = f"{check_name(name)}: {check_value(value)}"
    lines: list[str] = []
    while len(rest) > FOLD_AT:
        at = _fold_point(rest)
        if at == -1:
            break
        lines.append(rest[:at])
        rest = rest[at:]
    return "\r\n".join([*lines, rest]).encode() + b"\r\n"


def _is_plain(value: str) -> bool:
    return value.isascii() and "=?" not in value and max(map(len, value.split(" "))) <= LONGEST_WORD


def _fold_point(rest: str) -> int:
    """The blank to fold at: the last before the limit, else the first after it, never a leading one."""
    first_word = len(rest) - len(rest.lstrip(" "))
    at = rest.rfind(" ", first_word, FOLD_AT)
    if at <= first_word or not rest[:at].strip():
        at = rest.find(" ", max(first_word + 1, FOLD_AT))
    return at
