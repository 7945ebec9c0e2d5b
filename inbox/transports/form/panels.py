"""What stands beside a conversation of what its contact consented to; its place is registered in apps.py."""

from typing import Any

from core.contacts.panels import Beside
from inbox.transports.form.models import Consent

SHOWN = 10


def consents(beside: Beside) -> dict[str, Any] | None:
    """The newest consents of a contact, in one query; None where there are none."""
    rows = Consent.objects.filter(contact_id=beside.contact.id).order_by("-at", "-id")[:SHOWN]
    return {"consents": list(rows)} if rows else None
