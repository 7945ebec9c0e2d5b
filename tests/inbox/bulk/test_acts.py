"""What a job does, act by act; taken back it is as it was, but for what somebody changed since."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.accounts.models import Team, User
from inbox.bulk.domain import acts
from inbox.bulk.domain import ask as asking
from inbox.bulk.domain.ask import undo
from inbox.bulk.models import BulkBatch
from inbox.conversations.domain import labels, sorting, state
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.enums import Priority, State
from inbox.conversations.models import Conversation, ConversationLabel, Label
from inbox.reports.enums import NOBODY, Kind
from inbox.reports.models import Clock, Fact
from tenants.context import Place
from tests.inbox.bulk.conftest import Job, figures, finished
from tests.inbox.makers import a_lead, leads

Values = Callable[[], dict[str, str]]
COLUMNS = ("state", "assignee_id", "team_id", "priority", "snoozed_until", "waiting_since")


def stands() -> dict[str, tuple[Any, ...]]:
    """How every conversation stands, with its labels and what these repeat of it."""
    return {
        row.contact.name: (
            *(getattr(row, name) for name in COLUMNS),
            sorted((mark.label.name, mark.state) for mark in row.label_marks.select_related("label")),
        )
        for row in Conversation.objects.select_related("contact")
    }


@pytest.fixture
def label(in_alice: Place) -> Label:
    return labels.make_label(name="Invoice", hue=0)


@pytest.fixture
def sales(in_alice: Place) -> Team:
    team: Team = Team.objects.create(name="Sales")
    return team


ACTS = [
    ("do=assign&to={bob}", lambda row: row.assignee.name, "Bob Baker"),
    ("do=assign&to=nobody", lambda row: row.assignee, None),
    ("do=team&team={sales}", lambda row: row.team.name, "Sales"),
    ("do=priority&priority=4", lambda row: row.priority, Priority.URGENT),
    ("do=label&label={label}", lambda row: [one.name for one in row.labels], ["Invoice"]),
    ("do=unlabel&label={label}", lambda row: row.labels, []),
    ("do=resolve", lambda row: (row.state, row.waiting_since), (State.RESOLVED, None)),
    ("do=reopen", lambda row: (row.state, row.waiting_since is not None), (State.OPEN, True)),
    ("do=pending", lambda row: row.state, State.PENDING),
    ("do=snooze&until=reply", lambda row: (row.state, row.snoozed_until), (State.SNOOZED, None)),
    ("do=delete", lambda row: row.state, State.DELETED),
]


@pytest.mark.parametrize(("sent", "read", "wanted"), ACTS, ids=[sent for sent, *_ in ACTS])
def test_it_works_and_is_taken_back(
    bob: User, alice: User, label: Label, sales: Team, done: Job, sent: str, read: Any, wanted: Any
) -> None:
    """Of three, one is so already or was sorted otherwise; a fourth is not chosen."""
    one, two, three, other = (lead.conversation for lead in leads(4))
    sorting.assign(one, to=alice, by=alice)
    sorting.add_label(two, label=label, by=alice)
    state.resolve(three, by=alice)
    before = stands()
    ids = "&".join(f"id={row.id}" for row in (one, two, three))
    job = done(bob, sent.format(bob=bob.id, sales=sales.id, label=label.id) + f"&{ids}")
    chosen = Conversation.objects.filter(id__in=[one.id, two.id, three.id]).select_related("assignee", "team")
    assert [read(row) for row in chosen] == [wanted] * 3
    assert stands()["Person 4"] == before["Person 4"]
    assert (job.state, job.total, job.changed + job.skipped, job.changed > 0) == ("done", 3, 3, True)
    assert set(ConversationLabel.objects.exclude(label=label)) == set()
    undo(job)
    job = finished(job)
    assert (job.state, job.undone, job.kept) == ("undone", job.changed, 0)
    assert stands() == before
    assert other.state == State.OPEN


def test_what_somebody_changed_since_stays(in_alice: Place, bob: User, alice: User, done: Job) -> None:
    first, _, third, _ = (lead.conversation for lead in leads(4))
    job = done(bob, "do=resolve&all=1&query=view%3Dopen")
    state.set_pending(first, by=alice)
    a_lead(name="Person 2", email="p2@acme.test", text="And one more thing")
    queue_reply(Conversation.objects.select_related("contact").get(id=third.id), author=alice, text="Bye.")
    undo(job)
    job = finished(job)
    now = dict(Conversation.objects.values_list("contact__name", "state"))
    assert (now["Person 1"], now["Person 3"], now["Person 4"]) == ("pending", "resolved", "open")
    assert job.undone + job.kept == job.changed == 4
    assert job.kept >= 2


def test_a_label_or_team_that_is_gone_is_given_to_none(
    bob: User, label: Label, sales: Team, asked: Job
) -> None:
    leads(2)
    jobs = [
        asked(bob, f"{sent}&all=1") for sent in (f"do=label&label={label.id}", f"do=team&team={sales.id}")
    ]
    label.delete()
    sales.delete()
    assert [figures(finished(job)) for job in jobs] == [("done", 2, 0, 2)] * 2


def test_a_team_that_is_gone_is_not_given_back(bob: User, sales: Team, done: Job) -> None:
    row = a_lead().conversation
    sorting.assign_team(row, to=sales, by=bob)
    job = done(bob, "do=team&team=&all=1")
    sales.delete()
    undo(job)
    job = finished(job)
    assert (job.undone, job.kept, Conversation.objects.get().team_id) == (0, 1, None)


def test_reports_hear_of_it(in_alice: Place, bob: User, done: Job) -> None:
    leads(3)
    Clock.objects.all().delete()
    Fact.objects.all().delete()
    done(bob, "do=resolve&all=1")
    done(bob, "do=reopen&all=1&query=view%3Dresolved")
    kinds = Fact.objects.filter(kind__in=[Kind.RESOLVED, Kind.REOPENED]).values_list("kind", "person")
    wanted = [(Kind.RESOLVED, bob.id)] * 3 + [(Kind.REOPENED, UUID(str(NOBODY)))] * 3
    assert sorted(kinds) == sorted(wanted)
    assert Clock.objects.count() == 3


def test_what_sleeps_is_woken(in_alice: Place, bob: User, done: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[Any] = []
    monkeypatch.setattr(acts, "note_due", lambda kind, at: noted.append((kind, at)))
    leads(2)
    until = timezone.now() + timedelta(days=1)
    done(bob, f"do=snooze&until={until.isoformat().replace('+', '%2B')}&all=1")
    assert noted == [(state.SNOOZE, until)]


@pytest.mark.parametrize("sent", [sent for sent, *_ in ACTS])
def test_a_batch_has_a_constant_number_of_queries(
    bob: User, label: Label, sales: Team, asked: Job, sent: str
) -> None:
    """As many for two more conversations; rows are pushed one by one only while they are few."""
    counts = []
    for items in (1, 3):
        Conversation.objects.update(state=State.RESOLVED, waiting_since=None)
        made = [lead.conversation for lead in leads(items)]
        if "unlabel" in sent:
            for row in made:
                sorting.add_label(row, label=label, by=bob)
        if "nobody" in sent:
            Conversation.objects.update(assignee=bob)
        query = sent.format(bob=bob.id, sales=sales.id, label=label.id)
        job = asked(bob, query + "".join(f"&id={row.id}" for row in made))
        with CaptureQueriesContext(connection) as queries:
            finished(job)
        counts.append(len(queries))
        Conversation.objects.all().delete()
    assert counts[0] == counts[1], sent
    assert BulkBatch.objects.count() == 2


def test_one_person_has_few_under_way(in_alice: Place, bob: User, alice: User, asked: Job) -> None:
    leads(1)
    for _ in range(asking.MOST_AT_ONCE):
        asked(bob, "do=resolve&all=1")
    with pytest.raises(asking.TooManyJobs, match="3 of these under way"):
        asked(bob, "do=resolve&all=1")
    asked(alice, "do=resolve&all=1")
