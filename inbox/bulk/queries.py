"""Reads of bulk jobs: somebody's own that are shown, and what a form or menu names."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from core.accounts.models import Team, User
from inbox.bulk.enums import JobState
from inbox.bulk.models import BulkJob
from inbox.conversations.filters import ListFilter
from inbox.conversations.models import Conversation, Label

SHOWN_FOR = timedelta(minutes=2)


def shown_jobs(user: User) -> list[BulkJob]:
    """Their jobs that are under way or were a moment ago, the newest first."""
    moving = Q(state__in=[JobState.RUNNING, JobState.UNDOING])
    recent = Q(moved_at__gte=timezone.now() - SHOWN_FOR)
    rows = BulkJob.objects.filter(moving | recent, asked_by=user)
    return list(rows.order_by("-created_at")[:5])


def count_all(user: User, *, shown: ListFilter) -> int:
    """How many conversations a list has, all of them."""
    return int(shown.apply(Conversation.objects.all(), user=user).count())


def person_named(id: UUID) -> User | None:
    rows = User.objects.filter(id=id, is_active=True)
    found: User | None = rows.first()
    return found


def team_named(id: UUID) -> Team | None:
    found: Team | None = Team.objects.filter(id=id).first()
    return found


def label_named(id: UUID) -> Label | None:
    found: Label | None = Label.objects.filter(id=id).first()
    return found
