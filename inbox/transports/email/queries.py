"""Reads about how this workspace's mail goes; one row by an id from outside is access.py."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min

from core.sending.models import DkimKey
from inbox.transports.email.models import AutoAnswer, HeldMail

State = DkimKey.State
HELD_LIMIT = 999
SENDERS = 50


@dataclass(frozen=True, slots=True)
class Storm:
    """Whose mail is held back: how many, and when the first and the last of them came."""

    sender: str
    count: int
    first: datetime
    last: datetime


def held_count() -> int:
    """How many mails are held back, at most one more than HELD_LIMIT."""
    return int(HeldMail.objects.filter(released=False).values("pk")[: HELD_LIMIT + 1].count())


def storms() -> list[Storm]:
    """Whose mail is held back, the worst first."""
    rows = HeldMail.objects.filter(released=False).values("sender")
    found = rows.annotate(count=Count("id"), first=Min("held_at"), last=Max("held_at"))
    return [Storm(**row) for row in found.order_by("-count", "sender")[:SENDERS]]


def the_answer() -> AutoAnswer:
    """What is answered automatically; an unsaved row before it was ever set."""
    return AutoAnswer.objects.first() or AutoAnswer()


def keys_of(domain: str) -> tuple[DkimKey | None, DkimKey | None, DkimKey | None]:
    """Of a domain: the key that signs, the one whose record is waited for, and the last one replaced."""
    rows = list(DkimKey.objects.filter(domain=domain).order_by("-created_at")[:20])

    def newest(*states: str) -> DkimKey | None:
        return next((row for row in rows if row.state in states), None)

    return newest(State.FOUND), newest(State.WAITING, State.WRONG), newest(State.RETIRED)
