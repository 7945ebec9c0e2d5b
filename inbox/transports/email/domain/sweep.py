"""Has every kept mail read that is still waiting: a missed wake-up, or a worker that died.

It also lets go of the bytes of mails that were not for the inbox; those of the others hold the attachments.
"""

from datetime import timedelta

from django.utils import timezone

from inbox.transports.email.domain.keep import READ
from inbox.transports.email.models import InboundMail
from tenants.tasks import enqueue

PATIENCE = timedelta(minutes=1)
LIMIT = 200
KEPT_IGNORED = timedelta(days=30)


def sweep() -> None:
    wake_waiting()
    let_go()


def let_go() -> None:
    """What was ignored keeps its facts and loses its bytes after a month."""
    rows = InboundMail.objects.filter(
        state=InboundMail.State.IGNORED, settled_at__lt=timezone.now() - KEPT_IGNORED
    )
    ids = list(rows.exclude(raw=b"").order_by("settled_at").values_list("id", flat=True)[:LIMIT])
    InboundMail.objects.filter(id__in=ids).update(raw=b"")


def wake_waiting() -> None:
    """Wake a worker for the oldest mails that wait for longer than a minute."""
    rows = InboundMail.objects.filter(
        state=InboundMail.State.RECEIVED, received_at__lt=timezone.now() - PATIENCE
    )
    for id in rows.order_by("received_at").values_list("id", flat=True)[:LIMIT]:
        enqueue(READ, str(id))
