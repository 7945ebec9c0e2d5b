"""Takes a delivery for this worker: one short transaction that commits before anybody talks to a server.

Two workers never get the same row: the second skips a locked one, and finds a claimed one no longer queued.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.sending.identity import Sender, sender_of
from core.sending.models import Delivery
from tenants.ids import uuid7

LEASE = timedelta(minutes=10)  # longer than all the timeouts of one hand-over together
CLOSED_WAIT = timedelta(minutes=10)
"""How long mail of a console that is closed waits until it is asked about again."""


@transaction.atomic(durable=True)
def claim(delivery_id: UUID, *, sender: Sender) -> Delivery | None:
    """The delivery as `sending` under a lease, or None when it is not due or somebody else has it.

    Its Message-ID is fixed at the first claim, so that a later try is the same mail. That of a suspended
    reseller's console stays queued.
    """
    rows = Delivery.objects.select_for_update(skip_locked=True)
    now = timezone.now()
    row: Delivery | None = rows.filter(
        id=delivery_id, state=Delivery.State.QUEUED, next_attempt_at__lte=now
    ).first()
    if row is None:
        return None
    sender = sender_of(row, place=sender)
    if not sender.is_open:
        row.next_attempt_at = now + CLOSED_WAIT
        row.save(update_fields=["next_attempt_at"])
        return None
    row.state, row.claim, row.lease_until = Delivery.State.SENDING, uuid7(), now + LEASE
    row.attempts += 1
    row.message_id = row.message_id or f"<{row.id.hex}@{sender.domain}>"
    row.save(update_fields=["state", "claim", "lease_until", "attempts", "message_id"])
    return row
