"""A mail that was handed over and came back: its delivery is not sent after all.

Which delivery a report is about is told by the address it came to (tokens.py); it is read by whoever takes in
mail. Mail of the product itself is settled here; what becomes of other kinds is theirs to say.
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.sending.domain.announce import announce
from core.sending.domain.system import SYSTEM
from core.sending.models import Delivery
from core.sending.rules.headers import one_line

State = Delivery.State
BOUNCED = "bounced"
LEFT = (State.SENDING, State.SENT, State.UNKNOWN)
"""The states of a mail that may be with another server."""


@transaction.atomic
def take_bounce(delivery_id: UUID, *, status: str, diagnostic: str) -> bool:
    """Settle a delivery as failed, because a report says that it came back for good; again no change.

    The report may be faster than the worker that handed the mail over, which then has nothing to settle.
    """
    rows = Delivery.objects.filter(id=delivery_id, kind=SYSTEM, state__in=LEFT)
    reason = one_line(f"The mail came back: {diagnostic or status}", limit=250)
    changes = {"state": State.FAILED, "code": BOUNCED, "reason": reason, "announced": False}
    if not rows.update(settled_at=timezone.now(), lease_until=None, payload={}, **changes):
        return False
    announce(Delivery.objects.get(id=delivery_id))
    return True
