"""What a delivery report (RFC 3464) says: how it ended, in a code and in the other server's words.

Reports are recognised in rules.py; the delivery they are about is settled by core/sending.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from core.sending.rules.headers import one_line

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class Report:
    """`status` is an enhanced status code such as 5.1.1 (RFC 3463); `diagnostic` what the server said.

    `action` is what became of the mail (RFC 3464 §2.3.3), "" where the report does not say; `until` is how
    long the other server goes on trying (§2.3.9).
    """

    status: str
    diagnostic: str
    action: str = ""
    until: datetime | None = None

    @property
    def is_final(self) -> bool:
        """Whether nobody tries any more: also after days of 4.x.x, which say why, not that it goes on."""
        if self.status.startswith("2"):
            return False
        return self.action == "failed" or (not self.action and self.status.startswith("5"))

    @property
    def goes_on(self) -> bool:
        """Whether it says that the mail is late and still tried."""
        return self.action == "delayed"


def report_of(message: "Message[str, str]") -> Report | None:
    """The first recipient's fate in a delivery report; None when it says none as RFC 3464 asks."""
    if message.get_content_type() != "multipart/report":
        return None
    for part in message.walk():
        blocks = part.get_payload() if part.get_content_type() == "message/delivery-status" else None
        for block in blocks if isinstance(blocks, list) else []:
            if isinstance(block, Message) and (found := _STATUS.search(str(block.get("Status", "")))):
                action = str(block.get("Action", "")).strip().lower()[:20]
                until = _time(str(block.get("Will-Retry-Until", "")))
                return Report(found[0], _words(str(block.get("Diagnostic-Code", ""))), action, until)
    return None


def _time(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _words(diagnostic: str) -> str:
    """Without the kind of code in front, such as `smtp;`."""
    _, _, said = diagnostic.rpartition(";") if diagnostic.lower().startswith("smtp") else ("", "", diagnostic)
    return one_line(said.strip(), limit=200)
