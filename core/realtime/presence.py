"""Whether anybody of the team has a page of this workspace open: a mark that is left twice a minute.

It is a hint, free to be lost: while Redis is away nobody counts as present.
"""

import time
from datetime import datetime, timedelta

from django.utils import timezone

from tenants import marks
from tenants.context import current

MARK = "present"
EVERY = 30.0
"""Seconds for which this process leaves a workspace's mark as it is."""
LASTS = timedelta(seconds=90)

_noted: dict[str, float] = {}


def note_present() -> None:
    """Somebody of the team has a socket here."""
    schema, now = current().schema, time.monotonic()
    if now - _noted.get(schema, -EVERY) >= EVERY and marks.leave(MARK, timezone.now().isoformat()):
        _noted[schema] = now


def is_somebody_present() -> bool:
    """Whether the team was here in the last minute and a half."""
    found = marks.read(MARK)
    return bool(found) and timezone.now() - datetime.fromisoformat(str(found)) < LASTS
