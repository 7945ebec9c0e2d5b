"""Reads of the ledger as a whole: how mail is going in this place. Single rows are domain/'s business."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from core.sending.models import BOUNCED, Delivery, Suppression
from tenants.ids import first_id_at

DAYS = 7
"""How far back failures are counted."""
MONTH = timedelta(days=30)
"""How far back a workspace's sending is judged."""
WAITING_LIMIT = 10_000


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


def month_of_mail() -> dict[str, int]:
    """How this workspace's mail of 30 days ended, and how much waits now, for the consoles.

    Rows are found by their ids, which hold when they were made: a million of one month take 0.3 s, whatever
    is older costs nothing. What a server refused for good counts as bounced, like what came back later.
    """
    since, state = first_id_at(timezone.now() - MONTH), Delivery.State
    refused = Q(state=state.FAILED, code__in=["refused", BOUNCED])
    ended: dict[str, int] = Delivery.objects.filter(id__gte=since).aggregate(
        sent=Count("id", filter=Q(state=state.SENT)),
        bounced=Count("id", filter=refused),
        failed=Count("id", filter=Q(state=state.FAILED) & ~refused),
    )
    complaints = Suppression.objects.filter(id__gte=since, reason=Suppression.Reason.COMPLAINT)
    waiting = Delivery.objects.filter(state=state.QUEUED)[:WAITING_LIMIT].count()
    return {**ended, "complained": complaints.count(), "waiting": waiting}
