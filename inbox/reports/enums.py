"""What is counted, and the steps into which durations are sorted. Lowest layer."""

from bisect import bisect_right

from django.db.models import TextChoices

NOBODY = "00000000-0000-0000-0000-000000000000"
"""Stands for no team or no person, so that a day's row has one key."""


class Kind(TextChoices):
    STARTED = "started", "Conversations started"
    RECEIVED = "received", "Messages received"
    SENT = "sent", "Messages sent"
    REPLIED = "replied", "First replies"
    RESOLVED = "resolved", "Resolved"
    REOPENED = "reopened", "Reopened"


STEPS = (0, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 172_800, 604_800, 2_419_200)
"""Seconds from which each step counts; the last is open."""


def step_of(seconds: int) -> int:
    """The step a duration falls into, 0 to len(STEPS) - 1."""
    return bisect_right(STEPS, max(0, seconds)) - 1
