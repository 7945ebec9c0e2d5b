"""What an event of a provider says about one of our mails, read off anymail's event and the provider's own.

Which place and which delivery it concerns is looked up in domain/posted.py.
"""

from enum import Enum
from typing import Any

from anymail.signals import EventType

from core.sending.outgoing import POSTMARK_KEY
from core.sending.rules.fates import status_in
from core.sending.rules.headers import is_message_id, one_line

_POSTMARK = {"HardBounce": "5.1.1", "BadEmailAddress": "5.1.3", "SoftBounce": "4.0.0", "Blocked": "5.7.1"}


class Fate(Enum):
    """What became of the mail, as far as it concerns us."""

    CAME_BACK = "came back"
    LATE = "late"
    UNWANTED = "unwanted"


_FATES = {
    EventType.BOUNCED: Fate.CAME_BACK,
    EventType.REJECTED: Fate.CAME_BACK,
    EventType.FAILED: Fate.CAME_BACK,
    EventType.DEFERRED: Fate.LATE,
    EventType.COMPLAINED: Fate.UNWANTED,
}


def fate_of(event: Any) -> Fate | None:
    """None for what is no news to us, such as that it was opened."""
    return _FATES.get(event.event_type)


def message_id_of(event: Any) -> str:
    """Our own Message-ID: Mailgun says it, Postmark repeats it from a header of ours; "" when it is none."""
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    for text in (metadata.get(POSTMARK_KEY), event.message_id):
        found = f"<{str(text or '').strip().strip('<>')}>"
        if is_message_id(found):
            return found
    return ""


def status_of(event: Any) -> str:
    """The enhanced code of its words, or what the provider's own words amount to (RFC 3463)."""
    for text in (event.mta_response, event.description):
        if found := status_in(str(text or "")):
            return found
    raw = event.esp_event if isinstance(event.esp_event, dict) else {}
    data = raw.get("event-data")
    if isinstance(data, dict):
        if data.get("reason") == "suppress-bounce":
            return "5.1.1"
        return "4.0.0" if data.get("severity") == "temporary" else "5.0.0"
    return _POSTMARK.get(str(raw.get("Type")), "5.0.0")


def diagnostic_of(event: Any) -> str:
    """What the other server said, else the provider."""
    return one_line(str(event.mta_response or event.description or ""), limit=200)
