"""Reads of one person's notices: how many are new, and a page of them with what each is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.db.models import QuerySet

from core.accounts.access import may
from core.accounts.models import User
from core.api.paging import Page, keyset_page
from core.notices.kinds import Line, kind_of
from core.notices.models import Notice
from core.text import capped

SIZE = 30
COUNT_LIMIT = 99
"""The bell stops just above."""
GONE = Line("what is no longer here", "", "")


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as its list shows it."""

    notice: Notice
    icon: str
    who: str
    says: str
    line: Line


def notices_of(user: User) -> QuerySet[Notice]:
    """A person's own notices."""
    rows: QuerySet[Notice] = Notice.objects.filter(user=user)
    return rows


def unread_of(user: User) -> QuerySet[Notice]:
    """Those that they have not read."""
    return notices_of(user).filter(read_at=None)


def unread_count(user: User) -> int:
    """How many they have not read, at most one more than COUNT_LIMIT."""
    return int(unread_of(user)[: COUNT_LIMIT + 1].count())


def in_words(unread: int) -> str:
    """As the bell says it, "" for none."""
    return capped(unread, limit=COUNT_LIMIT) if unread else ""


def notice_page(user: User, *, after: str = "") -> Page[Notice]:
    """Their notices, the newest first. Raises BadCursor."""
    rows = notices_of(user).select_related("actor")
    return keyset_page(rows, by=("created_at", "id"), after=after, size=SIZE, descending=True)


def shown(rows: Sequence[Notice], *, user: User) -> list[Shown]:
    """Each with what it is about, if this person may still see that; one question or so for each kind."""
    lines: dict[UUID, Line] = {}
    for key, group in groupby(sorted(rows, key=lambda row: row.kind), key=lambda row: row.kind):
        if (kind := kind_of(key)) and may(user, kind.may):
            lines.update(kind.describe(list(group)))
    return [_shown(row, line=lines.get(row.id, GONE)) for row in rows]


def _shown(row: Notice, *, line: Line) -> Shown:
    kind = kind_of(row.kind)
    icon, says = (kind.icon, kind.says) if kind else ("info", "did something")
    return Shown(row, icon, who(row.actor), says, line)


def who(actor: User | None) -> str:
    """Whose act it was, in words."""
    return str(actor.display_name) if actor else "Somebody"
