"""A label or team that is deleted is gone at once; conversations are cleared in the background."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis import Redis

from core.accounts.domain.teams import delete_team, make_team
from core.accounts.models import Team, User
from core.accounts.queries import teams_by_name, teams_going
from core.realtime.stream import STREAM
from inbox.bulk.forms import BulkForm
from inbox.conversations.domain import clearing
from inbox.conversations.domain.clearing import clear, go_on_clearing, left_of
from inbox.conversations.domain.labels import delete_label, edit_label, make_label
from inbox.conversations.domain.sorting import add_label, assign_team
from inbox.conversations.enums import Sorting
from inbox.conversations.figures import glance
from inbox.conversations.filters import ListFilter
from inbox.conversations.models import Conversation, Label
from inbox.conversations.queries import all_labels, conversation_rows, inbox_page, labels_going
from inbox.reports.forms import ReportForm
from inbox.search.naming import named
from tenants.context import Place, workspace
from tenants.models import Workspace
from tests.inbox.makers import leads, url

InCommit = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Deleted:
    """A label or team of five conversations that has just been deleted."""

    kind: Sorting
    id: UUID

    def shown(self) -> ListFilter:
        return ListFilter(label=self.id) if self.kind is Sorting.LABEL else ListFilter(team=self.id)

    def row(self) -> Label | Team | None:
        model: Any = Label if self.kind is Sorting.LABEL else Team
        found: Label | Team | None = model.everyone.filter(id=self.id).first()
        return found

    @property
    def left(self) -> int:
        return left_of(self.kind, self.id)


def sorted_by(kind: Sorting, *, bob: User) -> Any:
    conversations = [lead.conversation for lead in leads(5)]
    if kind is Sorting.LABEL:
        label = make_label(name="Invoice", hue=0)
        for row in conversations:
            add_label(row, label=label, by=bob)
        return label
    team = make_team(name="Invoice", people=[bob.id])
    for row in conversations:
        assign_team(row, to=team, by=bob)
    return team


def delete(row: Any) -> None:
    if isinstance(row, Label):
        delete_label(row)
    else:
        delete_team(row)


@pytest.fixture(params=list(Sorting))
def kind(request: pytest.FixtureRequest) -> Sorting:
    return Sorting(request.param)


@pytest.fixture
def gone(in_alice: Place, bob: User, kind: Sorting) -> Deleted:
    row = sorted_by(kind, bob=bob)
    delete(row)
    return Deleted(kind, row.id)


def test_nobody_finds_it_any_more(gone: Deleted, bob: User) -> None:
    """While every conversation still has it."""
    assert gone.left == 5
    assert (list(all_labels()), list(teams_by_name())) == ([], [])
    assert [(row.labels, row.its_team) for row in conversation_rows(bob)] == [([], None)] * 5
    assert Conversation.objects.all()[0].labels == []
    assert inbox_page(bob, shown=gone.shown()).items == []
    counts = glance(bob, shown=gone.shown()).counts
    assert {name: count for name, count in counts.items() if count} == {"inbox": 5}
    assert named([], labels=["Invoice"], by=bob).labels == [[]]
    choices: Any = ReportForm({}).fields["team"]
    assert choices.choices == [("", "All teams")]
    asked = QueryDict(f"do={gone.kind}&{gone.kind}={gone.id}&all=1")
    assert list(BulkForm(asked, user=bob).errors.values()) == [[f"That {gone.kind} is gone."]]


def test_its_name_is_free_at_once(gone: Deleted) -> None:
    if gone.kind is Sorting.LABEL:
        make_label(name="invoice", hue=0)
    else:
        make_team(name="invoice", people=[])


def test_it_is_cleared_away_with_its_row(gone: Deleted) -> None:
    clear(gone.kind, gone.id)
    assert (gone.left, gone.row(), Conversation.objects.count()) == (0, None, 5)
    clear(gone.kind, gone.id)


def test_one_that_stands_is_left_alone(in_alice: Place, bob: User, kind: Sorting) -> None:
    row = sorted_by(kind, bob=bob)
    clear(kind, row.id)
    assert (left_of(kind, row.id), Deleted(kind, row.id).row()) == (5, row)


def test_what_dies_in_between_goes_on(
    gone: Deleted, redis: "Redis", in_commit: InCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After whole batches; the sweep wakes a worker, who does the rest."""
    monkeypatch.setattr(clearing, "BATCH", 2)
    ticks = iter([0.0, 1.0])

    def dies() -> float:
        return next(ticks)

    with pytest.raises(StopIteration):
        clear(gone.kind, gone.id, clock=dies)
    assert gone.left == 1
    going: list[Any] = labels_going() if gone.kind is Sorting.LABEL else teams_going()
    assert [left for _, left in going] == [1 if gone.kind is Sorting.LABEL else ["1 conversation"]]
    woken: list[Any] = []
    monkeypatch.setattr(clearing, "enqueue", lambda *args: woken.append(args))
    go_on_clearing()
    assert woken == [(clearing.CLEAR, gone.kind.value, str(gone.id))]
    clear(gone.kind, gone.id)
    assert (gone.left, gone.row()) == (0, None)
    go_on_clearing()
    assert len(woken) == 1


@pytest.mark.parametrize("items", [1, 3])
def test_what_is_left_is_asked_in_two_questions(
    in_alice: Place, bob: User, kind: Sorting, items: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(items):
        row = sorted_by(kind, bob=bob)
        type(row).objects.filter(id=row.id).update(name=f"{number}", deleted_at=timezone.now())
    with django_assert_num_queries(2):
        going: list[Any] = labels_going() if kind is Sorting.LABEL else teams_going()
    # a conversation has one team, and any number of labels; those that nothing has any more are not said
    assert [left for _, left in going] == ([5] * items if kind is Sorting.LABEL else [["5 conversations"]])


def test_what_comes_off_nothing_more_is_not_said(
    alice_ws: Workspace, kind: Sorting, alice: User, client_for: Callable[[User], Client]
) -> None:
    page, is_label = url("inbox:labels" if kind is Sorting.LABEL else "team:teams"), kind is Sorting.LABEL
    with workspace(alice_ws):
        row: Any = make_label(name="Off", hue=0) if is_label else make_team(name="Off", people=[])
        type(row).objects.filter(id=row.id).update(deleted_at=timezone.now())
        assert (labels_going(), teams_going()) == ([], [])
    assert "still comes off" not in client_for(alice).get(page).content.decode()


def test_it_lets_other_work_through(gone: Deleted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "BATCH", 2)
    woken: list[Any] = []
    monkeypatch.setattr(clearing, "enqueue", lambda *args: woken.append(args))
    times = iter([0.0, 1.0, clearing.TURN])
    clear(gone.kind, gone.id, clock=lambda: next(times))
    assert (gone.left, woken) == (1, [(clearing.CLEAR, gone.kind.value, str(gone.id))])


def test_browsers_are_told(
    in_alice: Place,
    bob: User,
    kind: Sorting,
    redis: "Redis",
    in_commit: InCommit,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """That it is gone, once; then how far it is, every second; and no row of all those that had it."""
    monkeypatch.setattr(clearing, "BATCH", 2)
    row = sorted_by(kind, bob=bob)
    redis.delete(STREAM)
    with in_commit():
        delete(row)
    seconds = iter([0.0, 0.5, 1.0, 1.5, 2.0, 2.5])
    with in_commit():
        clear(kind, row.id, clock=lambda: next(seconds))
    rows: Any = redis.xrange(STREAM)
    frames = [json.loads(fields[b"b"]) for _, fields in rows]
    what = {"kind": kind.value, "id": str(row.id)}
    assert [(frame["t"], frame["d"]) for frame in frames] == [
        ("sorting_gone", what),
        ("list_changed", {"count": 5, "by": None}),
        ("clearing_moved", {**what, "left": 1}),
        ("clearing_moved", {**what, "left": 0}),
    ]


def test_a_batch_has_a_constant_number_of_queries(gone: Deleted, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = []
    for items in (1, 3):
        monkeypatch.setattr(clearing, "BATCH", items)
        with CaptureQueriesContext(connection) as queries:
            clearing._step(gone.kind, gone.id)
        counts.append(len(queries))
    # a savepoint around it; the row, which are the newest, these held, and taken off
    assert (gone.left, counts) == (1, [counts[0]] * 2)
    assert counts[0] <= 7


def test_a_label_deleted_meanwhile_is_not_had_back_by_a_change(in_alice: Place) -> None:
    label = make_label(name="Bills", hue=60)
    delete_label(label)
    with pytest.raises(ValidationError, match="has deleted this label"):
        edit_label(label, name="Invoices", hue=30)
    row = Label.everyone.get(id=label.id)
    assert (row.name, row.deleted_at is not None) == ("Bills", True)
