"""Has every kept mail read that is still waiting: a missed wake-up, or a worker that died."""

from datetime import timedelta

from django.utils import timezone

from inbox.transports.email.domain.keep import READ
from inbox.transports.email.models import InboundMail
from tenants.tasks import enqueue

PATIENCE = timedelta(minutes=1)
LIMIT = 200


def sweep() -> None:
    """Wake a worker for the oldest mails that wait for longer than a minute."""
    rows = InboundMail.objects.filter(
        state=InboundMail.State.RECEIVED, received_at__lt=timezone.now() - PATIENCE
    )
    for id in rows.order_by("received_at").values_list("id", flat=True)[:LIMIT]:
        enqueue(READ, str(id))
