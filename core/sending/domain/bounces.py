"""A mail that was handed over, and what was heard of it afterwards: it came back, is late, or was unwanted.

Which delivery a report is about is told by the address it came to (tokens.py), or by the provider that
carried the mail; both are read by whoever takes in mail. Reports that are not proven never get here.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.sending.domain.announce import announce, announce_delay
from core.sending.domain.suppress import suppress
from core.sending.models import BOUNCED, LATE, Delivery, Suppression
from core.sending.rules.fates import came_back, goes_on, is_gone

State = Delivery.State
LEFT = (State.SENDING, State.SENT, State.UNKNOWN)
"""The states of a mail that may be with another server."""


@transaction.atomic
def take_bounce(delivery_id: UUID, *, status: str, diagnostic: str) -> bool:
    """Settle a delivery as failed, because a report says that it came back for good; again no change.

    The report may be faster than the worker that handed the mail over, which then has nothing to settle. A
    contact whose address is gone gets no more mail until somebody of the team says otherwise.
    """
    rows = Delivery.objects.filter(id=delivery_id, state__in=LEFT)
    reason = came_back(status, diagnostic)
    changes = {"state": State.FAILED, "code": BOUNCED, "reason": reason, "announced": False}
    if not rows.update(settled_at=timezone.now(), lease_until=None, payload={}, **changes):
        return False
    delivery = Delivery.objects.get(id=delivery_id)
    if delivery.contact_id is not None and is_gone(status):
        suppress(delivery.to, reason=Suppression.Reason.BOUNCE)
    announce(delivery)
    return True


@transaction.atomic
def take_delay(delivery_id: UUID, *, status: str, diagnostic: str, until: datetime | None = None) -> bool:
    """Note that a mail that left us has not arrived yet, and that another server goes on trying."""
    reason = goes_on(status, diagnostic, until=until)
    rows = Delivery.objects.filter(id=delivery_id, state=State.SENT)
    if not rows.exclude(reason=reason).update(code=LATE, reason=reason):
        return False
    announce_delay(Delivery.objects.get(id=delivery_id))
    return True


@transaction.atomic
def take_complaint(delivery_id: UUID) -> bool:
    """Somebody marked our mail as unwanted: they get no more of it, for ever."""
    delivery: Delivery | None = Delivery.objects.filter(id=delivery_id).first()
    if delivery is None:
        return False
    suppress(delivery.to, reason=Suppression.Reason.COMPLAINT)
    return True
