"""Reads of canned replies: those a person can use."""

from uuid import UUID

from django.db.models import Q, QuerySet

from core.accounts.models import User
from inbox.canned.models import CannedReply


def canned_for(user: User) -> QuerySet[CannedReply]:
    """The shared ones and their own, by name."""
    rows: QuerySet[CannedReply] = CannedReply.objects.filter(Q(owner=None) | Q(owner=user))
    return rows.order_by("name", "id")


def canned_called(canned_id: UUID) -> str:
    """What a shared one is called, or "": a private one's name is nobody else's."""
    row = CannedReply.objects.filter(id=canned_id, owner=None).first()
    return row.name if row else ""
