"""When somebody of a workspace was last at work in it: a mark per minute, not a row per request.

The consoles read it as a gauge; what is kept there is the newest ever told, so a lost mark costs minutes.
"""

import time
from datetime import UTC

from django.utils import timezone

from core.accounts.models import User
from core.accounts.rules import WORKSPACE_ROLES, Role
from tenants import marks
from tenants.context import current
from tenants.gauges import newest

EVERY = 60.0
"""Seconds for which this process leaves a workspace's mark as it is."""
SEEN = "seen"

_noted: dict[str, float] = {}


def note_seen(user: User) -> None:
    """Somebody of this workspace asked for something; the support person and robots are not of it."""
    place, now = current(), time.monotonic()
    at_work = user.role in WORKSPACE_ROLES and user.role != Role.SUPPORT and not place.is_platform
    if at_work and now - _noted.get(place.schema, -EVERY) >= EVERY:
        _noted[place.schema] = now
        marks.leave(SEEN, timezone.now().isoformat())


def last_seen() -> str | None:
    """The newest of the mark and the last sign-in, as ISO 8601 in UTC; None before the first."""
    signed_in = User.objects.exclude(role=Role.SUPPORT).exclude(last_login=None)
    moment = signed_in.order_by("-last_login").values_list("last_login", flat=True).first()
    found = newest(marks.read(SEEN), moment.astimezone(UTC).isoformat() if moment else None)
    return str(found) if found else None
