"""Hands one delivery over: claim, ask the guards, compose, send, settle, each step committed by itself.

A crash at any point leaves the row `sending`; when its lease is over it becomes `unknown` (sweep.py), and is
never sent again by itself.
"""

from collections.abc import Iterable
from uuid import UUID

import structlog
from django.conf import settings

from core.sending import identity, message, tokens
from core.sending.dkim import Signer
from core.sending.domain.announce import tell_again
from core.sending.domain.claim import claim
from core.sending.domain.dkim_keys import signer_for
from core.sending.domain.settle import give_verdict, settle_sent, settle_skipped
from core.sending.identity import Sender
from core.sending.models import Delivery
from core.sending.outgoing import Wire
from core.sending.registry import composer_of, first_obstacle
from core.sending.rules.answers import TransportError
from core.sending.smtp import Server, Transport

log = structlog.get_logger(__name__)


class Signers(dict[str, Signer | None]):
    """What signs for each domain, looked up once in a batch."""

    def __missing__(self, domain: str) -> Signer | None:
        self[domain] = signer_for(domain)
        return self[domain]


def hand_over(delivery_ids: Iterable[UUID]) -> None:
    """Send those that are due and free, one after the other over one connection. Not inside a transaction.

    Mail of a suspended place stays queued; the sweep wakes it when the place is open again.
    """
    sender = identity.sender()
    if not sender.is_open:
        return
    signers = Signers()
    with Transport(Server.from_url(settings.SMTP_URL), helo=sender.domain) as transport:
        for delivery_id in delivery_ids:
            delivery = claim(delivery_id, sender=sender)
            if delivery is None:
                tell_again(only=delivery_id)
            else:
                _hand_over(delivery, sender=sender, transport=transport, signers=signers)


def _hand_over(delivery: Delivery, *, sender: Sender, transport: Transport, signers: Signers) -> None:
    try:
        obstacle = first_obstacle(delivery)
        if obstacle is not None:
            settle_skipped(delivery, obstacle=obstacle)
            return
        wire = compose(delivery, sender=identity.sender_of(delivery, place=sender), signers=signers)
    except Exception as error:
        # Nothing has left yet, so any fault may be tried again or shown; decide() knows which.
        log.warning("compose_failed", delivery=str(delivery.id), kind=delivery.kind, exc_info=True)
        give_verdict(delivery, error=error)
        return
    try:
        transport.send(wire)
    except TransportError as error:
        give_verdict(delivery, error=error)
    else:
        settle_sent(delivery)


def compose(delivery: Delivery, *, sender: Sender, signers: Signers) -> Wire:
    """The finished mail, signed where its From has a key. Raises ValueError when it is unfit."""
    outgoing = composer_of(delivery.kind)(delivery)
    frame = message.Frame(
        to=delivery.to,
        sender_name=sender.name,
        sender=sender.address,
        message_id=delivery.message_id,
        date=delivery.created_at,
        automatic=delivery.automatic,
        loop_id=sender.address,
        provider=settings.MAIL_PROVIDER,
    )
    data = message.build(outgoing, frame=frame)
    signer = signers[(outgoing.from_email or sender.address).rpartition("@")[2].lower()]
    back = tokens.bounce_address(delivery.id, domain=sender.domain, console=sender.console)
    return Wire(
        mail_from="" if outgoing.answers_by_itself else back,
        rcpt_to=delivery.to,
        data=signer.sign(data) if signer else data,
    )
