"""What becomes of mail that waited when a workspace was archived: none of it leaves by itself.

It may be days old, or have left from where the archive was made. People see it and send it again themselves.
"""

from django.utils import timezone

from core.sending.domain.settle import LEASE_OVER
from core.sending.models import Delivery

State = Delivery.State
RESTORED = "Restored from an archive: it was not sent by itself."


def hold_back() -> None:
    """Queued mail is skipped for that reason, what was on its way may have arrived; the sweep tells of it."""
    settled = {"settled_at": timezone.now(), "payload": {}, "announced": False}
    Delivery.objects.filter(state=State.QUEUED).update(
        state=State.SKIPPED, code="restored", reason=RESTORED, **settled
    )
    Delivery.objects.filter(state=State.SENDING).update(
        state=State.UNKNOWN, code="interrupted", reason=LEASE_OVER, lease_until=None, **settled
    )
