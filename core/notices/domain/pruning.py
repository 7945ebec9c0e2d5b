"""Takes away what happened too long ago to be news; called by the sweep."""

from datetime import timedelta

from django.utils import timezone

from core.notices.models import Notice

KEPT = timedelta(days=90)
BATCH = 5_000


def prune() -> None:
    """Remove notices of more than 90 days ago, read or not; what is left over the next sweep finds."""
    old = Notice.objects.filter(created_at__lt=timezone.now() - KEPT).order_by("created_at")
    Notice.objects.filter(id__in=list(old.values_list("id", flat=True)[:BATCH])).delete()
