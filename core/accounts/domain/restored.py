"""What ends when a workspace comes out of an archive; sessions and counters are not in one at all."""

from django.utils import timezone

from core.accounts.models import SupportSession


def end_support() -> None:
    """Nobody from outside goes on with a stay that was granted before."""
    SupportSession.objects.filter(ended_at=None).update(ended_at=timezone.now())
