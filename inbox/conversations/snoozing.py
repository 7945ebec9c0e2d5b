"""Until when a conversation is snoozed, as forms say it: a moment, or one of a few words.

A browser with a script sends moments, made in its reader's own zone (frontend/inbox/snooze.ts); without one
the words and the field of day and time are read here, in UTC.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

MORNING = 9
"""The hour at which what sleeps until a day comes back."""
HALF_HOUR = timedelta(minutes=30)


def asked_moment(until: str, *, at: str, now: datetime) -> datetime | None:
    """When `until` is, as ISO 8601 with a zone or "later", "tomorrow", "monday"; where it is "", `at` in UTC.

    None for what says no moment.
    """
    if until in WORDS:
        return WORDS[until](now.astimezone(UTC))
    try:
        found = parse_datetime(until or at)
    except ValueError:
        return None
    if found is None or is_aware(found):
        return found
    return None if until else found.replace(tzinfo=UTC)


def _later(now: datetime) -> datetime:
    """In three hours, on the next full half hour."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return day + -(-(now + timedelta(hours=3) - day) // HALF_HOUR) * HALF_HOUR


def _morning(now: datetime, *, days: int) -> datetime:
    return (now + timedelta(days=days)).replace(hour=MORNING, minute=0, second=0, microsecond=0)


WORDS: dict[str, Callable[[datetime], datetime]] = {
    "later": _later,
    "tomorrow": lambda now: _morning(now, days=1),
    "monday": lambda now: _morning(now, days=7 - now.weekday()),
}
