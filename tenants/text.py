"""The rules about text that every form and every door shares: what Postgres can hold, how lines
end, what a name can be.

Rules about how text reads and sorts are core/text.py.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError

from tenants.hosts.lookalikes import skeleton

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Whether Postgres can hold the text: no NUL, no half of a surrogate pair."""
    return _UNSTORABLE.search(text) is None


def storable(text: str) -> str:
    """The text without what Postgres cannot hold, for input that must never be refused, such as mail."""
    return _UNSTORABLE.sub("", text)


def unix_lines(text: str) -> str:
    """The text with LF for its line ends, which browsers and mails write as CRLF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def unstorable(what: str = "This") -> str:
    """The words for whoever typed it; `what` names the field where nothing else does."""
    return f"{what} has a character that cannot be stored. Remove it and send again."


def check_storable(text: str) -> None:
    """A validator for form fields. Raises ValidationError."""
    if not is_storable(text):
        raise ValidationError(unstorable())


def check_person_name(text: str) -> None:
    """A validator for people's names: they stand in mails to strangers, so they must not lead anywhere.

    Nor may one end like a support person's, such as “Zoë (Platform support)”. Raises ValidationError.
    """
    check_storable(text)
    if "://" in text or "www." in text.casefold():
        raise ValidationError("A name cannot hold a link. Leave out “://” and “www.”.")
    if _claims_support(text):
        raise ValidationError("Only the names of support people say so in brackets. Leave the brackets out.")


def _claims_support(text: str) -> bool:
    """Whether “support” stands behind a bracket of any kind, whatever the two are drawn with."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    behind = next((plain[at:] for at, sign in enumerate(plain) if _opens(sign)), "")
    return skeleton("support") in "".join(sign for sign in skeleton(behind) if sign.isalnum())


def _opens(sign: str) -> bool:
    return sign == "<" or unicodedata.category(sign) == "Ps"
