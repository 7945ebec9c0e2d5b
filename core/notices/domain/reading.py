"""Marks a person's notices as read, and tells their other windows."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.accounts.models import User
from core.notices.events import NoticesRead
from core.notices.models import Notice
from core.realtime.audience import users
from core.realtime.push import push_on_commit


def read_one(notice: Notice) -> None:
    """They have opened it; once more changes nothing."""
    _read(notice.user_id, id=notice.id)


def read_about(user: User, *, about: UUID) -> None:
    """They have opened what these notices are about, by whichever way."""
    _read(user.id, about=about)


def read_all(user: User) -> None:
    """They want to begin with an empty list."""
    _read(user.id)


@transaction.atomic
def _read(user_id: UUID, **which: UUID) -> None:
    rows = Notice.objects.filter(user_id=user_id, read_at=None, **which)
    if rows.update(read_at=timezone.now()):
        push_on_commit(NoticesRead(), audience=users([user_id]))
