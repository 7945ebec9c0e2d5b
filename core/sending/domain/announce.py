"""Tells the rest of the house how a delivery ended; a listener's fault never undoes the settling.

Whom it tells is connected in deploy/wiring.py; sweep.py tells again what was not heard.
"""

from uuid import UUID

import structlog
from django.db import transaction

from core.sending.models import Delivery
from core.sending.signals import delivery_delayed, delivery_settled

log = structlog.get_logger(__name__)

LIMIT = 1000


def announce(delivery: Delivery) -> None:
    """Send `delivery_settled` in a savepoint of the caller's transaction, and note that it was heard."""
    try:
        with transaction.atomic():
            delivery_settled.send(sender=Delivery, delivery=delivery)
            Delivery.objects.filter(id=delivery.id).update(announced=True)
    except Exception:
        log.exception("settled_unheard", delivery=str(delivery.id), kind=delivery.kind)


def announce_delay(delivery: Delivery) -> None:
    """Send `delivery_delayed` in a savepoint of the caller's transaction."""
    try:
        with transaction.atomic():
            delivery_delayed.send(sender=Delivery, delivery=delivery)
    except Exception:
        log.exception("delay_unheard", delivery=str(delivery.id), kind=delivery.kind)


def tell_again(*, only: UUID | None = None) -> None:
    """Announce what has ended and nobody has heard of yet: all of it, or one delivery."""
    rows = Delivery.objects.filter(announced=False, settled_at__isnull=False)
    rows = rows.filter(id=only) if only else rows
    for row in rows.order_by("settled_at")[:LIMIT]:
        announce(row)
