"""Heals what was interrupted: expired leases, missed wake-ups, retries whose time has come, unheard endings.
It also forgets what providers told long ago.

Runs in each workspace every few minutes and on the platform; what is due sooner is woken by tenants/due.py.
"""

from django.utils import timezone

from core.sending.domain.announce import tell_again
from core.sending.domain.heard import forget_old
from core.sending.domain.settle import settle_unknown
from core.sending.domain.wake import wake
from core.sending.models import Delivery

LIMIT = 1000


def sweep() -> None:
    expire_leases()
    wake_due()
    tell_again()
    forget_old()


def expire_leases() -> None:
    """A row `sending` beyond its lease may have arrived: it becomes `unknown`, never sent again by itself."""
    now = timezone.now()
    rows = Delivery.objects.filter(state=Delivery.State.SENDING, lease_until__lt=now)
    for row in rows.order_by("lease_until")[:LIMIT]:
        settle_unknown(row)


def wake_due() -> None:
    """Wake a worker for what is queued and due: the oldest first, a bounded number each time."""
    rows = Delivery.objects.filter(state=Delivery.State.QUEUED, next_attempt_at__lte=timezone.now())
    wake(rows.order_by("next_attempt_at", "id").values_list("id", flat=True)[:LIMIT])
