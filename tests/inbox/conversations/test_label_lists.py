"""Lists narrowed by a label: read from the marks' own index, which follows every change of state and time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.accounts.models import User
from core.api.paging import encode_cursor
from inbox.conversations import queries
from inbox.conversations.domain import labels, marks, state
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.domain.sorting import add_label
from inbox.conversations.domain.waking import wake_due
from inbox.conversations.enums import State
from inbox.conversations.figures import glance, home_counts
from inbox.conversations.filters import ListFilter, View
from inbox.conversations.models import Conversation, ConversationLabel, Label
from tenants.context import Place, workspace
from tenants.models import Workspace
from tests.inbox.makers import a_lead, leads, url

Count = Callable[[int], Any]


@pytest.fixture
def label(in_alice: Place) -> Label:
    return labels.make_label(name="Invoice", hue=0)


def labelled(label: Label, bob: User, *, count: int) -> list[Conversation]:
    """Conversations with the label, the newest last, and as many without it."""
    found = [lead.conversation for lead in leads(count)]
    for conversation in found:
        add_label(conversation, label=label, by=bob)
        a_lead(email=f"other{conversation.id}@acme.test")
    return found


def test_every_page_is_there_once(label: Label, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "LIST_SIZE", 2)
    made = labelled(label, bob, count=5)
    shown, after, seen = ListFilter(label=label.id), "", []
    while True:
        page = queries.inbox_page(bob, shown=shown, after=after)
        seen.append([row.id for row in page.items])
        after = page.next_cursor
        if not after:
            break
    newest = [row.id for row in reversed(made)]
    assert seen == [newest[:2], newest[2:4], newest[4:]]


def test_its_order_and_place_are_the_marks(label: Label, bob: User) -> None:
    labelled(label, bob, count=2)
    shown = ListFilter(label=label.id)
    oldest = Conversation.objects.order_by("last_message_at")[0]
    cursor = encode_cursor(oldest, by=("last_message_at", "id"))
    with CaptureQueriesContext(connection) as asked:
        queries.inbox_page(bob, shown=shown, after=cursor)
    sql = asked.captured_queries[0]["sql"].replace('"', "")
    inner = sql.partition("id IN (")[2].partition("LIMIT 41)")[0]
    marks = inner.partition("JOIN conversations_conversationlabel ")[2].split()[0]
    assert f"({marks}.last_message_at, {marks}.conversation_id) < " in inner
    assert inner.endswith(f"ORDER BY {marks}.last_message_at DESC, {marks}.conversation_id DESC ")
    assert sql.count("conversations_conversationlabel") == 1


def test_what_a_row_shows_is_read_for_the_page_alone(label: Label, bob: User) -> None:
    labelled(label, bob, count=2)
    with CaptureQueriesContext(connection) as asked:
        page = queries.inbox_page(bob, shown=ListFilter(view=View.UNASSIGNED, label=label.id))
    sql = asked.captured_queries[0]["sql"]
    inner = sql.partition(" IN (")[2].partition("LIMIT")[0]
    shown = ("contacts_contact", "contacts_company", "accounts_team", "conversations_seenmark")
    assert len(page.items) == 2
    assert [(name in sql, name in inner) for name in shown] == [(True, False)] * 4


def test_marks_follow_every_turn(label: Label, bob: User) -> None:
    row = labelled(label, bob, count=1)[0]

    def mark() -> tuple[Any, ...]:
        found = ConversationLabel.objects.get()
        now = Conversation.objects.get(id=row.id)
        assert (found.state, found.last_message_at) == (now.state, now.last_message_at)
        return found.state, found.last_message_at

    seen = [mark()[0]]
    for turn in (state.resolve, state.reopen, state.set_pending):
        turn(row, by=bob)
        seen.append(mark()[0])
    state.snooze(row, until=timezone.now() + timedelta(days=1), by=bob)
    seen.append(mark()[0])
    before = mark()[1]
    Conversation.objects.filter(id=row.id).update(snoozed_until=timezone.now())
    wake_due()
    assert mark()[1] > before
    queue_reply(Conversation.objects.select_related("contact").get(id=row.id), author=bob, text="Yes.")
    seen.append(mark()[0])
    assert seen == ["open", "resolved", "open", "pending", "snoozed", "open"]


def test_counts_are_narrowed_and_the_rails_figure_is_not(
    label: Label, bob: User, django_assert_num_queries: Count
) -> None:
    first, *_ = labelled(label, bob, count=3)
    state.resolve(first, by=bob)
    with django_assert_num_queries(1):
        counts = glance(bob, shown=ListFilter(label=label.id)).counts
    narrowed = {"open": 2, "waiting": 2, "mine": 0, "unassigned": 2, "pending": 0, "snoozed": 0}
    assert counts == narrowed | {"inbox": 5}


def test_the_page_of_labels_says_what_its_links_show(
    alice_ws: Workspace, alice: User, bob: User, client_for: Callable[[User], Client]
) -> None:
    """Of eight that have it three are open; one that is deleted is in no figure, nor is another label's."""
    with workspace(alice_ws):
        label, other = (labels.make_label(name=name, hue=0) for name in ("Invoice", "Other"))
        made = labelled(label, bob, count=8)
        for row in made[:4]:
            state.resolve(row, by=bob)
        Conversation.objects.filter(id=made[4].id).update(state=State.DELETED, waiting_since=None)
        ConversationLabel.objects.filter(conversation=made[4].id).update(state=State.DELETED)
    alices = client_for(alice)
    html = alices.get(url("inbox:labels")).content.decode()
    link = f"{url('inbox:list')}?view=open&amp;label={label.id}"
    assert f'href="{link}">3 open</a> · 7 in all' in html
    assert (html.count("No conversations"), str(other.id) in html) == (1, True)
    shown = alices.get(link.replace("&amp;", "&")).content.decode()
    assert shown.count('data-live="row"') == 3


@pytest.mark.parametrize("items", [1, 3])
def test_figures_of_labels_are_two_questions(
    in_alice: Place, bob: User, items: int, django_assert_num_queries: Count
) -> None:
    for number in range(items):
        labelled(labels.make_label(name=f"L{number}", hue=0), bob, count=items)
    with django_assert_num_queries(2):
        figures = queries.label_counts()
    assert [(one.open, one.total) for one in figures] == [(items, items)] * items


def test_older_marks_are_filled(label: Label, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "BATCH", 2)
    made = labelled(label, bob, count=3)
    state.resolve(made[0], by=bob)
    ConversationLabel.objects.update(state=None)
    shown = ListFilter(view=View.RESOLVED, label=label.id)
    assert queries.inbox_page(bob, shown=shown).items == []
    marks.fill_states()
    assert [row.id for row in queries.inbox_page(bob, shown=shown).items] == [made[0].id]
    assert ConversationLabel.objects.filter(state=State.OPEN).count() == 2


def test_what_is_deleted_is_nowhere(label: Label, bob: User) -> None:
    row = labelled(label, bob, count=1)[0]
    Conversation.objects.filter(id=row.id).update(state=State.DELETED, waiting_since=None)
    for view in View:
        assert row.id not in {one.id for one in queries.inbox_page(bob, shown=ListFilter(view=view)).items}
    assert queries.contact_page(bob, contact_id=row.contact_id).items == []
    since = timezone.now() - timedelta(hours=1)
    assert home_counts(bob, since=since)["new"] == 1
