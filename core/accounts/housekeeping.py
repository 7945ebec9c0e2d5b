"""Throws away what nobody can use any more, expired sessions and counters; closes stays that are over."""

from django.contrib.sessions.models import Session
from django.utils import timezone

from core.accounts.domain.support import close_over
from core.accounts.models import Counter


def sweep() -> None:
    """Runs inside each workspace every few minutes, and on the platform."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    Counter.objects.filter(expires_at__lt=now).delete()
    close_over()
