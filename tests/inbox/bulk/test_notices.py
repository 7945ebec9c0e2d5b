"""Who is told of a job: whom it gave conversations, once for all of them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from django.urls import set_urlconf

from core.accounts.models import Team, TeamMember, User
from core.notices.models import Notice
from core.notices.queries import shown
from inbox.bulk.domain import ask as asking
from inbox.bulk.domain.ask import stop, undo
from inbox.bulk.domain.run import run
from inbox.bulk.models import BulkBatch, BulkJob
from tenants.context import Place
from tests.inbox.bulk.conftest import Job, finished
from tests.inbox.makers import leads, url


@pytest.fixture(autouse=True)
def in_urls() -> Iterator[None]:
    """As in a request: notices are described for a page."""
    set_urlconf("deploy.urls.workspace")
    yield
    set_urlconf(None)


@pytest.fixture
def sales(in_alice: Place, bob: User, charlie: User) -> Team:
    team: Team = Team.objects.create(name="Sales")
    for person in (bob, charlie):
        TeamMember.objects.create(team=team, user=person)
    return team


def told(person: User) -> list[str]:
    rows = list(Notice.objects.filter(user=person).select_related("actor").order_by("created_at"))
    return [f"{one.who} {one.says} {one.line.where}" for one in shown(rows, user=person)]


def test_one_notice_for_a_whole_job(
    in_alice: Place, alice: User, bob: User, charlie: User, done: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "BATCH", 2)
    leads(5)
    job = done(alice, f"do=assign&to={bob.id}&all=1")
    assert (BulkBatch.objects.filter(job=job).count(), job.changed) == (3, 5)
    assert (told(bob), told(charlie), told(alice)) == (["Alice Archer gave you 5 conversations"], [], [])
    (row,) = shown(list(Notice.objects.filter(user=bob)), user=bob)
    assert row.line.url == f"{url('inbox:list')}?view=mine"
    run(job.id)  # a task may run twice
    assert len(told(bob)) == 1


def test_a_team_is_told_each_once(in_alice: Place, bob: User, charlie: User, sales: Team, done: Job) -> None:
    """Who asked for it is of the team, and knows."""
    leads(3)
    done(bob, f"do=team&team={sales.id}&all=1")
    assert (told(charlie), told(bob)) == (["Bob Baker gave your team 3 conversations"], [])


def test_nobody_is_told_of_nothing(in_alice: Place, alice: User, bob: User, done: Job) -> None:
    leads(2)
    done(bob, f"do=assign&to={bob.id}&all=1")
    done(alice, f"do=assign&to={bob.id}&all=1")  # they are Bob's already
    done(alice, "do=priority&priority=4&all=1")
    done(alice, "do=assign&to=nobody&all=1")
    assert told(bob) == []


def test_what_was_done_of_a_stopped_job_is_told(
    in_alice: Place, alice: User, bob: User, asked: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "BATCH", 2)
    leads(3)
    job = asked(alice, f"do=assign&to={bob.id}&all=1")
    ticks = iter([0.0, 100.0])
    run(job.id, clock=lambda: next(ticks))
    assert told(bob) == []
    stop(job)
    assert told(bob) == ["Alice Archer gave you 2 conversations"]


def test_what_was_taken_back_is_said(in_alice: Place, alice: User, bob: User, done: Job) -> None:
    leads(2)
    finished(undo(done(alice, f"do=assign&to={bob.id}&all=1")))
    assert told(bob) == ["Alice Archer gave you several conversations, and took that back"]
    BulkJob.objects.all().delete()
    assert told(bob) == ["Alice Archer gave you several conversations"]


def test_whoever_left_meanwhile_is_not_told(in_alice: Place, alice: User, bob: User, asked: Job) -> None:
    leads(1)
    job = asked(alice, f"do=assign&to={bob.id}&all=1")
    User.objects.filter(id=bob.id).update(is_active=False)
    finished(job)
    assert told(bob) == []


@pytest.mark.parametrize("items", [1, 3])
def test_notices_are_described_in_one_question(
    in_alice: Place,
    alice: User,
    bob: User,
    done: Job,
    items: int,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    for lead in leads(items):
        done(alice, f"do=assign&to={bob.id}&id={lead.conversation.id}")
    rows = list(Notice.objects.filter(user=bob).select_related("actor"))
    with django_assert_num_queries(1):
        assert [one.line.where for one in shown(rows, user=bob)] == ["1 conversation"] * items
