"""What the inbox hears from elsewhere; connected in deploy/wiring.py."""

from typing import Any

from core.sending.models import Delivery
from inbox.conversations.by_mail import REPLY
from inbox.conversations.domain.settling import note_delay, settle_reply


def on_delivery_settled(sender: Any, *, delivery: Delivery, **kwargs: Any) -> None:
    """A mail was sent, failed, skipped or is unknown; told again now and then, which changes nothing."""
    if delivery.kind == REPLY:
        settle_reply(delivery)


def on_delivery_delayed(sender: Any, *, delivery: Delivery, **kwargs: Any) -> None:
    """A mail could not be handed over yet and is tried again by itself."""
    if delivery.kind == REPLY:
        note_delay(delivery)
