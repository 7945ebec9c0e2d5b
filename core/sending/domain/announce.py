"""Tells the rest of the house how a delivery ended; a listener's fault never undoes the settling.

Whom it tells is connected in deploy/wiring.py. What was not heard is told again by sweep.py.
"""

import structlog
from django.db import transaction

from core.sending.models import Delivery
from core.sending.signals import delivery_settled

log = structlog.get_logger(__name__)


def announce(delivery: Delivery) -> None:
    """Send `delivery_settled` in a savepoint of the caller's transaction, and note that it was heard."""
    try:
        with transaction.atomic():
            delivery_settled.send(sender=Delivery, delivery=delivery)
            Delivery.objects.filter(id=delivery.id).update(announced=True)
    except Exception:
        log.exception("settled_unheard", delivery=str(delivery.id), kind=delivery.kind)
