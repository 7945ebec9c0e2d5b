"""What counts as one mail address: checked, normalised, and the key under which the ledger knows it.

Nothing here asks a server whether the mailbox exists; that is learnt from its answers in smtp.py.
"""

import hashlib
import re
import unicodedata

import idna

MAX_LOCAL = 64
MAX_ADDRESS = 254  # RFC 5321 §4.5.3.1.3, less the two angle brackets

DOTLESS = ("gmail.com", "googlemail.com")
"""One provider under two names, to which dots in the local part mean nothing."""

_ATOM = r"[^\s\x00-\x20\x7f-\xa0()<>\[\]:;@\\,.\"]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*\Z")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")


class InvalidAddress(ValueError):
    """The text is not one plain mail address."""


def split(address: str) -> tuple[str, str]:
    """The local part as written and the domain in lower-case ASCII; raises InvalidAddress."""
    local, at, domain = unicodedata.normalize("NFC", address.strip(" ")).rpartition("@")
    if not at or len(local.encode()) > MAX_LOCAL or not _is_local(local):
        raise InvalidAddress("not a mail address")
    domain = _ascii_domain(domain)
    if len(local.encode()) + 1 + len(domain) > MAX_ADDRESS:
        raise InvalidAddress("the address is too long")
    return local, domain


def deliverable(address: str) -> str:
    """The address as it goes on the wire: the local part untouched, the domain in ASCII."""
    local, domain = split(address)
    return f"{local}@{domain}"


def normalise(address: str) -> str:
    """The form two spellings of one mailbox share: in small letters; tags and dots are kept as written."""
    local, domain = split(address)
    return f"{local.lower()}@{domain}"


def mailbox(address: str) -> str:
    """Where mail to it ends up, as far as spelling tells: without a “+tag”, and without dots at Google's.

    Only for counting, so that one mailbox is not many: others may give “+” another meaning, and a person's
    addresses are theirs to spell. Text that is no address is its own mailbox.
    """
    try:
        local, domain = split(address)
    except InvalidAddress:
        return address
    local = local.lower().partition("+")[0] or local.lower()
    if domain in DOTLESS:
        local, domain = local.replace(".", ""), DOTLESS[0]
    return f"{local}@{domain}"


def address_key(address: str) -> str:
    """A hash of the normalised address, which outlives the address itself when a person is erased.

    Text that is no address gets a key too, so that the ledger can hold a row for it.
    """
    try:
        known = normalise(address)
    except InvalidAddress:
        known = f"invalid:{address}"
    return hashlib.sha256(b"marque.address:" + known.encode(errors="replace")).hexdigest()


def _is_local(local: str) -> bool:
    if not _LOCAL.match(local):
        return False
    return all(unicodedata.category(char)[0] not in "CZ" for char in local)


def _ascii_domain(domain: str) -> str:
    """By the rules of IDNA 2008: the older ones of Python's own codec name another host for “faß.de”."""
    try:
        ascii_domain = domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise InvalidAddress("the domain is not a host name") from None
    labels = ascii_domain.split(".")
    if not ascii_domain or not all(_LABEL.match(label) for label in labels):
        raise InvalidAddress("the domain is not a host name")
    return ascii_domain
