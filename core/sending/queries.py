"""Reads of the ledger as a whole: how mail is going in this place. Single rows are domain/'s business."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from core.sending.models import Delivery

DAYS = 7
"""How far back failures are counted."""


@dataclass(frozen=True, slots=True)
class MailState:
    """How many wait, and since when the oldest; what went wrong lately, and the last error."""

    queued: int
    oldest: datetime | None
    failed: int
    unknown: int
    last_error: str


def mail_state() -> MailState:
    """Two questions, however much mail there is."""
    state = Delivery.State
    waiting = Q(state__in=[state.QUEUED, state.SENDING])
    lately = Q(settled_at__gte=timezone.now() - timedelta(days=DAYS))
    found = Delivery.objects.aggregate(
        queued=Count("id", filter=waiting),
        oldest=Min("created_at", filter=waiting),
        failed=Count("id", filter=lately & Q(state=state.FAILED)),
        unknown=Count("id", filter=lately & Q(state=state.UNKNOWN)),
    )
    refused = waiting | lately & Q(state__in=[state.FAILED, state.UNKNOWN])
    errors = Delivery.objects.filter(refused).exclude(reason="").order_by("-next_attempt_at")
    return MailState(**found, last_error=errors.values_list("reason", flat=True).first() or "")
