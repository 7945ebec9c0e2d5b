"""Bytes of a mail to text: charsets as they are declared, as they are meant, and as they are broken.

Nothing here raises: what cannot be read becomes replacement characters. A mail's structure is parsing.py.
"""

import binascii
import codecs
import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header

from inbox.transports.email.bounds import MAX_HEADER
from tenants.text import unix_lines

# Only these: among Python's codecs are some that take quadratic time and some that are no charsets at all.
_CHARSETS = re.compile(
    r"(utf-?8|utf-?16|utf-?32|us-?ascii|ascii|latin-?\d|iso-?8859-\d|windows-\d|cp-?\d|koi8|gb|big5|euc|s?jis|shift"
    r"|iso-?2022|ks_c|mac|tis|hz|johab|viscii|ptcp)"
)
_CONTROLS = {ord(char) for char in map(chr, range(32)) if char not in "\n\t"} | {0x7F, *range(0xD800, 0xE000)}
_DROP = dict.fromkeys(_CONTROLS)
_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def decode_text(raw: bytes, charset: str | None) -> str:
    """The text of a part; line ends become one kind, and what cannot be stored or seen is left out."""
    text = _decode(raw, charset)
    return unix_lines(text).translate(_DROP)


def decode_value(value: str) -> str:
    """One header's value on one line, encoded words decoded, without invisible characters."""
    value = _from_wire(value[:MAX_HEADER])
    try:
        pieces = decode_header(value)
    except (HeaderParseError, binascii.Error, ValueError, LookupError):
        pieces = [(value, None)]
    text = "".join(piece if isinstance(piece, str) else _decode(piece, charset) for piece, charset in pieces)
    visible = "".join(" " if unicodedata.category(char) in _HIDDEN else char for char in text)
    return " ".join(visible.split())


def _from_wire(value: str) -> str:
    """A header as the parser gives it, where bytes outside ASCII stand as surrogates."""
    raw = value.encode("ascii", "surrogateescape") if not _has_text(value) else value.encode(errors="replace")
    return _decode(raw, None)


def _has_text(value: str) -> bool:
    return any(ord(char) > 127 and not 0xDC80 <= ord(char) <= 0xDCFF for char in value)


def _decode(raw: bytes, charset: str | None) -> str:
    declared = _codec(charset)
    if declared != "ascii":
        return raw.decode(declared, errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _codec(charset: str | None) -> str:
    """The codec of a declared charset; "ascii" when nothing usable was declared."""
    name = (charset or "").strip().strip("'\"").lower()
    if not _CHARSETS.match(name):
        return "ascii"
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return "ascii"
