"""The inbox's lists among many conversations: the database's part beside the same SQL, and the whole answer
beside a Django view that renders as many rows out of memory.

The real view answers a signed-in teammate through Django's test client. The data is inboxes.py and
inbox_sorted.py next door.
"""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import set_urlconf

from core.accounts.models import User
from core.api.paging import encode_cursor
from inbox.conversations.filters import ListFilter, View
from inbox.conversations.models import Conversation
from inbox.conversations.queries import LIST_SIZE, conversation_rows
from tenants.context import workspace
from tenants.models import Workspace
from tests.bench.inbox_sorted import Sorted, sort_inbox
from tests.bench.inboxes import inbox
from tests.bench.installation import Installation
from tests.bench.registry import Figure, Size, bench
from tests.bench.thread import Meter, desk

WARM = 5
DEEP = 10_000
ROWS = """
SELECT c.*, p.*, o.*, a.*, t.*,
    (SELECT seq FROM conversations_seenmark s WHERE s.conversation_id = c.id AND s.user_id = %s)
FROM conversations_conversation c
JOIN contacts_contact p ON p.id = c.contact_id
LEFT JOIN contacts_company o ON o.id = p.company_id
LEFT JOIN accounts_user a ON a.id = c.assignee_id
LEFT JOIN accounts_team t ON t.id = c.team_id
WHERE c.state = %s AND (c.last_message_at, c.id) < (%s, %s)
ORDER BY c.last_message_at DESC, c.id DESC LIMIT 41
"""
MARKS = """
SELECT m.*, l.* FROM conversations_conversationlabel m JOIN conversations_label l ON l.id = m.label_id
WHERE m.conversation_id = ANY(%s) ORDER BY l.name
"""
COUNTS = """
SELECT (SELECT count(*) FROM (SELECT 1 FROM conversations_conversation WHERE state = 'open' LIMIT 1001) x),
    (SELECT count(*) FROM
        (SELECT 1 FROM conversations_conversation WHERE waiting_since IS NOT NULL LIMIT 1001) x),
    (SELECT count(*) FROM
        (SELECT 1 FROM conversations_conversation WHERE state = 'open' AND assignee_id = %s LIMIT 1001) x),
    (SELECT count(*) FROM
        (SELECT 1 FROM conversations_conversation WHERE state = 'open' AND assignee_id IS NULL LIMIT 1001) x),
    (SELECT count(*) FROM (SELECT 1 FROM conversations_conversation WHERE state = 'pending' LIMIT 1001) x),
    (SELECT count(*) FROM (SELECT 1 FROM conversations_conversation WHERE state = 'snoozed' LIMIT 1001) x),
    (SELECT count(*) FROM (SELECT 1 FROM notices_notice WHERE user_id = %s AND read_at IS NULL LIMIT 1001) x),
    ARRAY(SELECT conversation_id FROM conversations_draft WHERE user_id = %s AND kind = 'reply'
        ORDER BY updated_at DESC LIMIT 500)
"""
SAVED = "SELECT * FROM saved_savedview WHERE owner_id IS NULL OR owner_id = %s ORDER BY position, id"
END = ("9999-01-01", "ffffffff-ffff-ffff-ffff-ffffffffffff")


@dataclass(frozen=True)
class Lists:
    """A teammate's browser before one workspace's lists."""

    row: Workspace
    client: Client
    user: User
    ids: Sorted

    def ask(self, query: str, *, part: str = "") -> tuple[float, Meter]:
        """One page, whole or the part that htmx wants: ms for the whole answer, and what the database did."""
        headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": part} if part else {}
        meter = Meter()
        with connection.execute_wrapper(meter):
            started = perf_counter()
            answer = self.client.get(f"/inbox/?{query}", headers=headers)
            spent = (perf_counter() - started) * 1000
        assert answer.status_code == 200, answer.status_code
        return spent, meter

    def rows_after(self, view: View, *, skip: int) -> list[Conversation]:
        with workspace(self.row):
            rows = ListFilter(view=view).apply(conversation_rows(self.user), user=self.user)
            return list(rows.order_by("-last_message_at", "-id")[skip : skip + LIST_SIZE])

    def by_hand(self, *, state: str, after: tuple[Any, Any], counts: bool) -> float:
        """The same rows by SQL on the connection Django uses, in ms."""
        with workspace(self.row), connection.cursor():
            raw = connection.connection
            assert raw is not None
            with raw.cursor() as cursor:
                started = perf_counter()
                cursor.execute(ROWS, [self.user.id, state, *after])
                ids = [found[0] for found in cursor.fetchall()]
                cursor.execute(MARKS, [ids])
                cursor.fetchall()
                if counts:
                    cursor.execute(COUNTS, [self.user.id] * 3)
                    cursor.fetchall()
                    cursor.execute(SAVED, [self.user.id])
                    cursor.fetchall()
                return (perf_counter() - started) * 1000

    def from_memory(self, rows: list[Conversation]) -> float:
        """A view that renders the same rows, read before, with no middleware and nobody signed in; in ms."""
        set_urlconf(settings.SITE_URLCONFS["workspace"])
        with workspace(self.row):
            started = perf_counter()
            HttpResponse(
                render_to_string("conversations/inbox.html#rows", {"rows": rows, "shown": ListFilter()})
            )
            return (perf_counter() - started) * 1000

    def narrowings(self) -> dict[str, str]:
        labels = {f"label-{name.lower()}": f"label={id}" for name, id in self.ids.labels.items()}
        teams = {f"team-{name.lower()}": f"team={id}" for name, id in self.ids.teams.items()}
        return {"all": "", **teams, "priority-1": "priority=1", "priority-4": "priority=4", **labels}


@bench("inbox-list")
def measure(place: Installation, *, size: Size) -> Iterator[Figure]:
    """1,000,000 messages in 200,000 conversations; first page, and one 10,000 rows deep."""
    large = lists(place, messages=size.pick(1_000_000, 50_000))
    turns, deep = size.pick(200, 40), size.pick(DEEP, 1_000)
    yield from _page("first", large, view=View.OPEN, skip=0, turns=turns)
    yield from _page("deep", large, view=View.RESOLVED, skip=deep, turns=turns)
    yield from _each_list(large, turns=size.pick(15, 5))


def lists(place: Installation, *, messages: int) -> Lists:
    row = inbox(place, messages=messages)
    ids = sort_inbox(place, row)
    agent = desk(row)
    return Lists(row=row, client=agent.client, user=agent.user, ids=ids)


def _page(name: str, large: Lists, *, view: View, skip: int, turns: int) -> Iterator[Figure]:
    rows = large.rows_after(view, skip=skip)
    query, part = f"view={view}", ""
    after: tuple[Any, Any] = END
    if skip:
        last = large.rows_after(view, skip=skip - 1)[0]
        query += f"&after={encode_cursor(last, by=('last_message_at', 'id'))}"
        part, after = "li#more-rows", (last.last_message_at, last.id)
    for _ in range(WARM):
        large.ask(query, part=part)
        large.from_memory(rows)
    asked, floor, beside = [], [], []
    for _ in range(turns):
        asked.append(large.ask(query, part=part))
        floor.append(large.by_hand(state=view.value, after=after, counts=not skip))
        beside.append(large.from_memory(rows))
    own = statistics.median(len(meter.own()) for _, meter in asked)
    lookups = statistics.median(len(meter.asked) - len(meter.own()) for _, meter in asked)
    db = statistics.median(meter.spent for _, meter in asked)
    yield Figure(name, db, "ms db", floor=statistics.median(floor), n=turns)
    yield Figure(f"{name}-server-p95", _p95([ms for ms, _ in asked]), "ms", floor=_p95(beside), n=turns)
    yield Figure(f"{name}-queries", own, "queries", n=turns)
    yield Figure(f"{name}-lookups", lookups, "session, user", n=turns)


def _each_list(large: Lists, *, turns: int) -> Iterator[Figure]:
    """The slowest view of each narrowing: rows and labels, and all counts."""
    for name, query in large.narrowings().items():
        rows, counts = {}, []
        for view in View:
            asked = [large.ask(f"view={view}&{query}", part="section#inbox-list")[1] for _ in range(turns)]
            rows[view] = statistics.median(meter.spent for meter in asked)
        counts = [large.ask(f"view=open&{query}", part="nav#inbox-tabs")[1].spent for _ in range(turns)]
        worst = max(rows, key=lambda view: rows[view])
        yield Figure(f"{name} ({worst})", rows[worst], "ms db", n=turns)
        yield Figure(f"{name} counts", statistics.median(counts), "ms db", n=turns)


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
