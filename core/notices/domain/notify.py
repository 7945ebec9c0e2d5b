"""Tells people of something that happened. Reading is reading.py next door."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from core.accounts.models import User
from core.notices.events import NoticeAdded
from core.notices.kinds import kind_of
from core.notices.models import Notice
from core.notices.queries import who
from core.realtime.audience import users
from core.realtime.push import push_on_commit
from tenants.ids import uuid7


@transaction.atomic
def notify(
    kind: str, *, to: Iterable[UUID], about: UUID, by: User | None, happening: UUID | None = None
) -> None:
    """One row for each of these people, and a word to their own browsers alone.

    Nobody is told of their own act, and nobody twice of one `happening`. Raises ValueError for a kind that
    nobody registered.
    """
    known = kind_of(kind)
    if known is None:
        raise ValueError(f"there is no kind of notice called {kind!r}")
    people = sorted(set(to) - {by.id if by else None})
    if not people:
        return
    happening = happening or uuid7()
    rows = [
        Notice(user_id=person, kind=kind, about=about, happening=happening, actor=by) for person in people
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    event = NoticeAdded(kind=kind, about=about, says=f"{who(by)} {known.says}")
    push_on_commit(event, audience=users(people))
