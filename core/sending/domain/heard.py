"""What a provider's webhook has told this place: each event once, though providers tell it again and again.

The rows stand in the place the event is about, so that they commit with what it caused.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.sending.models import ProviderEvent

REMEMBERED = timedelta(days=30)
LIMIT = 5_000


def first_time(provider: str, event_id: str) -> bool:
    """Note an event in the caller's transaction; False when it was heard before. One without an id is new.

    Of two at once the second waits here until the first has committed, or was rolled back.
    """
    if not event_id:
        return True
    try:
        with transaction.atomic():
            ProviderEvent.objects.create(provider=provider, event_id=event_id[:200])
    except IntegrityError:
        return False
    return True


def forget_old() -> None:
    """Sweep: providers give up within days, and a signature is good for one."""
    old = ProviderEvent.objects.filter(heard_at__lt=timezone.now() - REMEMBERED)
    ids = list(old.order_by("heard_at").values_list("id", flat=True)[:LIMIT])
    ProviderEvent.objects.filter(id__in=ids).delete()
