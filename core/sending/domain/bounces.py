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


@transaction.atomic
def take_bounce(delivery_id: UUID, *, status: str, diagnostic: str) -> bool:
    """Settle a delivery as failed when a report says that it is final (5.x.x, RFC 3463 §2); again no change.

    A report of a delay (4.x.x) or a success (2.x.x) is no news.
    """
    if not status.startswith("5."):
        return False
    rows = Delivery.objects.filter(id=delivery_id, kind=SYSTEM, state__in=[State.SENT, State.UNKNOWN])
    reason = one_line(f"The mail came back: {diagnostic or status}", limit=250)
    changes = {"state": State.FAILED, "code": BOUNCED, "reason": reason, "announced": False}
    if not rows.update(settled_at=timezone.now(), **changes):
        return False
    announce(Delivery.objects.get(id=delivery_id))
    return True
