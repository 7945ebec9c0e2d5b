"""Keeps how somebody wants to be told."""

from django.db import transaction

from core.accounts.models import User
from inbox.alerts.models import AlertChoice


@transaction.atomic
def choose(user: User, *, desktop: bool, words: bool, sound: bool, others: bool) -> AlertChoice:
    """From now on, on every device of theirs."""
    facts = {"desktop": desktop, "words": words, "sound": sound, "others": others}
    choice, _ = AlertChoice.objects.update_or_create(user=user, defaults=facts)
    return choice
