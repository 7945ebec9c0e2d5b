"""What the code of a report means (RFC 3463), in words for people, and whether the address is gone for good.

Who brings a report is told in domain/bounces.py; what our own relay answers is retry.py next door.
"""

import re
from datetime import datetime

from core.sending.rules.headers import one_line

_WORDS = {
    "1.0": "the address was not accepted",
    "1.1": "this address does not exist",
    "1.2": "the domain of this address does not exist",
    "1.3": "this is not a valid address",
    "1.6": "the mailbox has moved",
    "1.10": "the domain of this address takes no mail",
    "2.1": "the mailbox is closed",
    "2.2": "the mailbox is full",
    "2.3": "the message is too large for them",
    "3.4": "the message is too large for them",
    "4.1": "their mail server does not answer",
    "4.2": "the connection to their mail server broke",
    "4.4": "their mail server cannot be found",
    "4.6": "it went in circles between mail servers",
    "4.7": "it could not be delivered in time",
}
_GROUPS = {
    "3": "their mail server could not take it",
    "4": "their mail server could not be reached",
    "5": "their mail server did not understand ours",
    "6": "their mail server could not read its content",
    "7": "their mail server refused it as unwanted",
}
CAME_BACK = "The mail came back"
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_GONE = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")


def is_gone(status: str) -> bool:
    """Whether no mail to this address will ever arrive; a full mailbox or a refused text is not that."""
    return status in _GONE


def status_in(text: str) -> str:
    """The enhanced code in a server's answer; "" when it has none."""
    found = _STATUS.search(text)
    return found[0] if found else ""


def in_words(status: str) -> str:
    """What the code says about the address or the way there; "" for one that says nothing."""
    subject, _, rest = status.partition(".")[2].partition(".")
    return _WORDS.get(f"{subject}.{rest}") or _GROUPS.get(subject, "")


def came_back(status: str, diagnostic: str) -> str:
    """One line for a mail that is not tried any more."""
    gave_up = ", after it was tried for days" if status.startswith("4") else ""
    return one_line(f"{CAME_BACK}{gave_up}: {_said(status, diagnostic)}", limit=250)


def goes_on(status: str, diagnostic: str, *, until: datetime | None) -> str:
    """One line for a mail that another server still tries to deliver."""
    end = f" until {until:%d %b %Y, %H:%M} UTC" if until else ""
    line = one_line(f"It has not arrived yet: {_said(status, diagnostic)}", limit=180)
    return f"{line.rstrip('.')}. Another mail server goes on trying{end}."


def _said(status: str, diagnostic: str) -> str:
    words, said = in_words(status), diagnostic or status
    return f"{words} ({said})" if words else said
