"""inbox/conversations/queries.py: few queries, always as many, in a shape that stays fast deep down."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.accounts.models import User
from core.api.paging import BadCursor, keyset_page
from inbox.conversations import figures, queries
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.domain.sorting import assign
from inbox.conversations.domain.state import resolve
from inbox.conversations.filters import ListFilter, View
from inbox.conversations.models import Conversation
from inbox.conversations.queries import inbox_page, thread_page
from tenants.context import Place
from tests.inbox.makers import a_lead, leads

Count = Callable[[int], Any]


def names(rows: list[Conversation]) -> list[str]:
    return [row.contact.name for row in rows]


@pytest.mark.parametrize("items", [1, 3])
def test_a_page_of_the_list_is_one_query_and_one_for_its_labels(
    in_alice: Place, bob: User, items: int, django_assert_num_queries: Count
) -> None:
    leads(items)
    with django_assert_num_queries(2):
        page = inbox_page(bob, shown=ListFilter(view=View.OPEN))
        shown = [(row.contact.company, row.assignee, row.is_unread) for row in page.items]
        assert [(row.team, row.labels) for row in page.items] == [(None, [])] * items
    assert len(shown) == items


@pytest.mark.parametrize("items", [1, 3])
def test_a_thread_is_three_queries_beside_its_conversation(
    in_alice: Place, bob: User, items: int, django_assert_num_queries: Count
) -> None:
    lead = a_lead()
    for number in range(items):
        queue_reply(lead.conversation, author=bob, text=f"Answer {number}")
    with django_assert_num_queries(3):  # messages, their files, how a form lays them out
        page = thread_page(lead.conversation)
        authors = [message.author and message.author.name for message in page.messages]
    assert authors == [None] + ["Bob Baker"] * items


def test_counts_are_one_query(in_alice: Place, bob: User, django_assert_num_queries: Count) -> None:
    first, second, third = leads(3)
    assign(first.conversation, to=bob, by=bob)
    resolve(second.conversation, by=bob)
    queue_reply(third.conversation, author=bob, text="Yes.")
    with django_assert_num_queries(1):
        counts = figures.glance(bob).counts
    shown = {"open": 2, "waiting": 1, "mine": 2, "unassigned": 0, "pending": 0, "snoozed": 0}
    assert counts == shown | {"inbox": 2}
    with django_assert_num_queries(1):
        home = figures.home_counts(bob, since=timezone.now() - timedelta(hours=1))
    assert home == {"open": 2, "waiting": 1, "mine": 2, "new": 3}
    assert figures.home_counts(bob, since=timezone.now() + timedelta(hours=1))["new"] == 0


def test_counts_of_an_empty_inbox(in_alice: Place, bob: User) -> None:
    assert set(figures.glance(bob).counts.values()) == {0}


def test_counts_stop_where_they_tell_nothing(
    in_alice: Place, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "COUNT_LIMIT", 2)
    leads(4)
    assert (figures.glance(bob).counts["open"], figures.open_count()) == (3, 3)


def test_the_views(in_alice: Place, alice: User, bob: User) -> None:
    mine, hers, done, answered, _ = leads(5)
    assign(mine.conversation, to=bob, by=bob)
    assign(hers.conversation, to=alice, by=alice)
    resolve(done.conversation, by=bob)
    queue_reply(answered.conversation, author=alice, text="Yes.")
    found = {view.value: names(inbox_page(bob, shown=ListFilter(view=view)).items) for view in View}
    assert found == {
        "open": ["Person 4", "Person 5", "Person 2", "Person 1"],
        "waiting": ["Person 5", "Person 2", "Person 1"],
        "mine": ["Person 1"],
        "unassigned": ["Person 5"],
        "pending": [],
        "snoozed": [],
        "resolved": ["Person 3"],
    }


def test_pages_follow_each_other_without_gap_or_double(
    in_alice: Place, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LIST_SIZE", 2)
    leads(5)
    Conversation.objects.update(last_message_at=timezone.now())  # all at once: the id decides
    seen, after = [], ""
    for _ in range(3):
        page = inbox_page(bob, shown=ListFilter(view=View.OPEN), after=after)
        seen += names(page.items)
        after = page.next_cursor
    assert (sorted(seen), after) == ([f"Person {number}" for number in range(1, 6)], "")


def test_the_next_page_is_a_row_comparison_on_the_index(in_alice: Place, bob: User) -> None:
    leads(2)
    first = keyset_page(
        ListFilter().apply(queries.conversation_rows(bob), user=bob),
        by=("last_message_at", "id"),
        size=1,
        descending=True,
    )
    with CaptureQueriesContext(connection) as captured:
        inbox_page(bob, shown=ListFilter(view=View.OPEN), after=first.next_cursor)
    sql = captured[0]["sql"]
    table = '"conversations_conversation"'
    assert f'({table}."last_message_at", {table}."id") < (' in sql
    assert sql.count(" OR ") == 0
    assert plan_of(sql) == "conversation_by_state"


def plan_of(sql: str) -> str:
    """The index that walks the list, with the planner's taste for tiny tables switched off."""
    with connection.cursor() as cursor:
        for method in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{method} = off")
        cursor.execute(f"EXPLAIN {sql}")
        lines = [row[0] for row in cursor.fetchall()]
    walks = [line for line in lines if "Scan Backward using" in line]
    return walks[0].split("using ")[1].split(" on")[0] if walks else "\n".join(lines)


@pytest.mark.parametrize(
    "cursor", ["nonsense", "W10", "WyJhIiwiYiJd", "é", "W" * 3000, "WyJcdTAwMDAiLCJiIl0"]
)
def test_a_bad_cursor_is_said(in_alice: Place, bob: User, cursor: str) -> None:
    with pytest.raises(BadCursor):
        inbox_page(bob, shown=ListFilter(view=View.OPEN), after=cursor)


def test_a_thread_shows_the_newest_and_pages_back(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    for number in range(2, 8):
        queue_reply(lead.conversation, author=bob, text=f"Answer {number}")
    newest = thread_page(lead.conversation, size=3)
    older = thread_page(lead.conversation, size=3, before=newest.older)
    oldest = thread_page(lead.conversation, size=3, before=older.older)
    seqs = [[message.seq for message in page.messages] for page in (newest, older, oldest)]
    assert seqs == [[5, 6, 7], [2, 3, 4], [1]]
    assert (newest.older, older.older, oldest.older) == (5, 2, None)
    assert (newest.newer, older.newer, oldest.newer) == (None, None, None)


@pytest.mark.parametrize(
    ("at", "seqs", "older", "newer"),
    [
        (1, [1, 2, 3, 4], None, 4),
        (4, [2, 3, 4, 5], 2, 5),
        (5, [3, 4, 5, 6], 3, 6),
        (6, [4, 5, 6, 7], 4, None),
        (7, [4, 5, 6, 7], 4, None),
        (999_999_999, [4, 5, 6, 7], 4, None),
        (0, [1, 2, 3, 4], None, 4),
    ],
)
def test_a_thread_opens_around_a_message_and_pages_both_ways(
    in_alice: Place, bob: User, at: int, seqs: list[int], older: int | None, newer: int | None
) -> None:
    conversation = _seven(bob)
    page = thread_page(conversation, size=4, at=at)
    assert ([message.seq for message in page.messages], page.older, page.newer) == (seqs, older, newer)


def test_a_thread_pages_forward_to_its_end(in_alice: Place, bob: User) -> None:
    conversation = _seven(bob)
    pages = [thread_page(conversation, size=3, after=after) for after in (2, 5, 7)]
    assert [[message.seq for message in page.messages] for page in pages] == [[3, 4, 5], [6, 7], []]
    assert [(page.older, page.newer) for page in pages] == [(None, 5), (None, None), (None, None)]


def _seven(bob: User) -> Conversation:
    """A conversation of seven messages, as it is now."""
    lead = a_lead()
    for number in range(2, 8):
        queue_reply(lead.conversation, author=bob, text=f"Answer {number}")
    return Conversation.objects.get(id=lead.conversation.id)


def test_the_longest_wait_comes_first(in_alice: Place, bob: User) -> None:
    queue_reply(leads(3)[1].conversation, author=bob, text="Yes.")
    assert names(queries.longest_waiting(bob)) == ["Person 1", "Person 3"]
