"""Addresses of files for a visitor: signed, of one workspace and one visitor, good for an hour or two.

A picture of another site's page brings no header along, so the address itself is the proof; whether the file
still is for that visitor's eyes is asked each time (access.py). Each fetch of messages brings new ones.
"""

import time
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from core.files.links import Shown
from tenants import signing

SALT = "chat.file"
STEP = 3_600
"""Seconds: an address is good for more than this, and for less than twice as long."""


@dataclass(frozen=True, slots=True)
class VisitorLink:
    """What an address says: the file, which of its bytes, and for whom."""

    file_id: UUID
    shown: Shown
    visitor_id: UUID


def end() -> int:
    """Until when an address made now is good, in seconds of Unix time."""
    return (int(time.time()) // STEP + 2) * STEP


def token_for(file_id: UUID, *, shown: Shown, visitor_id: UUID) -> str:
    """What makes an address."""
    return signing.dumps_until([file_id.hex, shown.value, visitor_id.hex], salt=SALT, until=end())


def read_link(token: str) -> VisitorLink | None:
    """What a token says; None for one that is altered, over, or of another workspace."""
    try:
        file_id, shown, visitor_id = signing.loads_until(token, salt=SALT)
        return VisitorLink(UUID(file_id), Shown(shown), UUID(visitor_id))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def path_of(file_id: UUID, *, shown: Shown, visitor_id: UUID) -> str:
    """The address on the workspace's host."""
    token = token_for(file_id, shown=shown, visitor_id=visitor_id)
    return reverse("chat:file", args=[token], urlconf=settings.SITE_URLCONFS["workspace"])
