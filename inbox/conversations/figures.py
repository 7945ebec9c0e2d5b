"""Figures of the inbox, bounded and many in one query: of the ready-made lists, the start page, and others.

Rows are queries.py next door; reports count days (inbox/reports).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet, Subquery

from core.accounts.models import User
from core.notices.queries import unread_of
from inbox.attachments.enums import DraftKind
from inbox.conversations.enums import State
from inbox.conversations.filters import ListFilter, View, in_view
from inbox.conversations.models import Conversation, Draft

COUNTED = (View.OPEN, View.WAITING, View.MINE, View.UNASSIGNED, View.PENDING, View.SNOOZED)
COUNT_LIMIT = 1000
"""Counts stop just above: beyond, the exact number tells nobody anything and costs a scan."""
DRAFTS_SHOWN = 500
"""Drafts of one person that lists mark."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What a page of the inbox says beside its rows.

    `counts` are conversations by view, and as "inbox" what is open in all, the rail's figure; `unread` this
    person's notices; `drafts` the conversations in which they have begun an answer, the newest of them first.
    """

    counts: dict[str, int]
    unread: int
    drafts: list[UUID]


class CappedCount(Subquery):
    """How many rows a sliced queryset has, inside another query."""

    template = "(SELECT count(*) FROM (%(subquery)s) capped)"


def glance(user: User, *, shown: ListFilter | None = None) -> Glance:
    """In one query; the views narrowed as the list `shown` is. No count is above COUNT_LIMIT + 1."""
    figures = _views(user, shown=shown or ListFilter())
    drafts = Draft.objects.filter(user=user, kind=DraftKind.REPLY).order_by("-updated_at")
    columns = _columns(figures | {"unread": unread_of(user)})
    columns["drafts"] = ArraySubquery(drafts.values("conversation_id")[:DRAFTS_SHOWN])
    row = _row(columns)
    counts = {name: row[f"n_{name}"] for name in figures}
    return Glance(counts=counts, unread=row["n_unread"], drafts=row["drafts"])


def home_counts(user: User, *, since: datetime) -> dict[str, int]:
    """The start page's figures: open, waiting, mine, and leads that came `since`, in one query."""
    figures = _figures(user, views=(View.OPEN, View.WAITING, View.MINE))
    fresh = Conversation.objects.filter(created_at__gte=since).exclude(state=State.DELETED)
    return counts_of({**figures, "new": fresh})


def open_count() -> int:
    """The figure beside Inbox in the rail, at most one more than COUNT_LIMIT."""
    return int(Conversation.objects.filter(state=State.OPEN)[: COUNT_LIMIT + 1].count())


def counts_of(figures: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each has, at most one more than COUNT_LIMIT, in one query."""
    row = _row(_columns(figures))
    return {name: row[f"n_{name}"] for name in figures}


def _views(user: User, *, shown: ListFilter) -> dict[str, QuerySet[Conversation]]:
    everything = Conversation.objects.filter(state=State.OPEN)
    if not shown.is_narrowed:
        return _figures(user, views=COUNTED) | {"inbox": everything}
    rows = Conversation.objects.all()
    narrowed = {view.value: replace(shown, view=view).apply(rows, user=user) for view in COUNTED}
    return narrowed | {"inbox": everything}


def _figures(user: User, *, views: Iterable[View]) -> dict[str, QuerySet[Conversation]]:
    rows = Conversation.objects.all()
    figures = {view.value: in_view(rows, view=view, user=user) for view in views}
    # Only open ones wait, says a constraint; without naming the state the small index of the waiting is read.
    figures[View.WAITING.value] = rows.filter(waiting_since__isnull=False)
    return figures


def _columns(figures: Mapping[str, QuerySet[Any]]) -> dict[str, Subquery]:
    return {f"n_{name}": CappedCount(rows.values("pk")[: COUNT_LIMIT + 1]) for name, rows in figures.items()}


def _row(columns: Mapping[str, Subquery]) -> dict[str, Any]:
    """All of them beside a row of whom there always is one: somebody of the team."""
    asked = User.objects.order_by().values().annotate(**columns)
    found: dict[str, Any] = asked.values(*columns)[:1].get()
    return found
