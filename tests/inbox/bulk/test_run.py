"""How a job runs: in whole batches, on after a kill, not on what came later, not beyond its workspace."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from core.accounts.models import User
from core.realtime.push import push_on_commit
from inbox.bulk.domain import ask as asking
from inbox.bulk.domain import run as running
from inbox.bulk.domain import tend as tending
from inbox.bulk.domain.acts import act_on
from inbox.bulk.domain.ask import CannotUndo, NothingChosen, ask, stop, undo
from inbox.bulk.enums import Act, JobState
from inbox.bulk.models import BulkBatch, BulkJob
from inbox.bulk.tasks import run_bulk
from inbox.conversations import push
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.enums import State
from inbox.conversations.filters import ListFilter
from inbox.conversations.models import Conversation, Message
from tenants.context import Place, platform, workspace
from tenants.models import Workspace
from tests.inbox.bulk.conftest import Job, figures, finished
from tests.inbox.makers import a_lead, leads


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of two."""
    monkeypatch.setattr(asking, "BATCH", 2)


def states() -> dict[str, str]:
    return dict(Conversation.objects.values_list("contact__name", "state"))


def test_later_arrivals_are_not_taken(in_alice: Place, bob: User, asked: Job) -> None:
    leads(2)
    job = asked(bob, "do=resolve&all=1&query=view%3Dopen")
    a_lead(name="Late", email="late@acme.test")
    assert figures(finished(job)) == ("done", 2, 2, 0)
    assert states() == {"Person 1": "resolved", "Person 2": "resolved", "Late": "open"}


@pytest.mark.usefixtures("small")
def test_it_goes_on_where_it_was_killed(
    in_alice: Place, bob: User, asked: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed inside its second batch: that one is as if it had not begun, the first stands."""
    leads(5)
    job, real, calls = asked(bob, "do=resolve&all=1"), act_on, []

    def dies(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        found = real(*args, **kwargs)
        if len(calls) == 2:
            raise SystemExit
        return found

    monkeypatch.setattr(running, "act_on", dies)
    with pytest.raises(SystemExit):
        running.run(job.id)
    job.refresh_from_db()
    assert (job.state, job.changed, list(states().values()).count("resolved")) == ("running", 2, 2)
    assert figures(finished(job)) == ("done", 5, 5, 0)
    assert figures(finished(job)) == ("done", 5, 5, 0)


@pytest.mark.usefixtures("small")
def test_it_lets_others_through_and_is_woken_again(
    in_alice: Place, bob: User, asked: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads(5)
    job, woken, times = asked(bob, "do=resolve&all=1"), [], iter([0.0, 99.0])
    monkeypatch.setattr(running, "enqueue", lambda *args: woken.append(args))
    running.run(job.id, clock=lambda: next(times))
    job.refresh_from_db()
    assert (job.changed, woken) == (2, [(asking.RUN, str(job.id))])


@pytest.mark.usefixtures("small")
def test_it_is_stopped_between_batches(in_alice: Place, bob: User, asked: Job) -> None:
    leads(5)
    job = asked(bob, "do=resolve&all=1")
    running.run(job.id, clock=iter([0.0, 99.0]).__next__)
    stop(job)
    job = finished(job)
    assert figures(job) == ("stopped", 5, 2, 0)
    undo(job)
    assert (finished(job).state, set(states().values())) == ("undone", {"open"})


def test_whoever_may_not_any_more_does_nothing(in_alice: Place, bob: User, asked: Job) -> None:
    leads(1)
    job = asked(bob, "do=delete&all=1")
    User.objects.filter(id=bob.id).update(role="agent")
    job = finished(job)
    assert (job.state, job.why, set(states().values())) == ("stopped", running.NOT_ALLOWED, {"open"})


def test_a_workspace_that_became_read_only_is_left_alone(
    alice_ws: Workspace, in_alice: Place, bob: User, asked: Job
) -> None:
    leads(1)
    job = asked(bob, "do=resolve&all=1")
    with platform():
        Workspace.objects.filter(id=alice_ws.id).update(state=Workspace.State.PAST_DUE)
    job = finished(job)
    assert (job.state, job.why, set(states().values())) == ("stopped", running.READ_ONLY, {"open"})


def test_it_stays_in_its_workspace(
    alice_ws: Workspace, mallory_ws: Workspace, bob: User, mallory: User
) -> None:
    """Mallory names Bob's conversations one by one, and has her worker called with his job."""
    with workspace(alice_ws):
        conversation = a_lead().conversation
        his = ask(bob, act=Act.RESOLVE, value={}, says="Resolve", ids=[conversation.id])
    with workspace(mallory_ws):
        own = a_lead().conversation
        with pytest.raises(NothingChosen):
            ask(mallory, act=Act.DELETE, value={}, says="Delete", ids=[conversation.id])
        both = ask(mallory, act=Act.DELETE, value={}, says="Delete", ids=[conversation.id, own.id])
        BulkBatch.objects.filter(job=both).update(ids=[str(conversation.id), str(own.id)])
        run_bulk(str(his.id))
        run_bulk(str(both.id))
        assert Conversation.objects.get().state == State.DELETED
    with workspace(alice_ws):
        assert Conversation.objects.get(id=conversation.id).state == State.OPEN
        his.refresh_from_db()
        assert his.state == JobState.RUNNING


def test_what_is_deleted_is_in_no_job(in_alice: Place, bob: User) -> None:
    """Nobody sees it, and nobody does anything to it by its id."""
    row = a_lead().conversation
    Conversation.objects.update(state=State.DELETED, waiting_since=None)
    with pytest.raises(NothingChosen):
        ask(bob, act=Act.REOPEN, value={}, says="Reopen", ids=[row.id])


def test_what_is_deleted_meanwhile_stays_so(in_alice: Place, bob: User, asked: Job) -> None:
    leads(2)
    job = asked(bob, "do=resolve&all=1")
    Conversation.objects.filter(contact__name="Person 1").update(state=State.DELETED, waiting_since=None)
    assert figures(finished(job)) == ("done", 2, 1, 1)
    assert states() == {"Person 1": "deleted", "Person 2": "resolved"}


def test_only_who_may_deletes(in_alice: Place, charlie: User) -> None:
    row = a_lead().conversation
    with pytest.raises(PermissionDenied):
        ask(charlie, act=Act.DELETE, value={}, says="Delete", ids=[row.id])
    assert BulkJob.objects.count() == 0


def test_many_rows_are_one_event(
    in_alice: Place, bob: User, done: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    real = push_on_commit
    monkeypatch.setattr(push, "ROW_BY_ROW", 2)

    def listen(event: Any, **kwargs: Any) -> None:
        told.append(event.type)
        real(event, **kwargs)

    leads(3)
    monkeypatch.setattr(push, "push_on_commit", listen)
    done(bob, "do=resolve&all=1")
    assert told == ["list_changed"]
    done(bob, f"do=reopen&id={Conversation.objects.all()[0].id}")
    assert told == ["list_changed", "conversation_changed"]


class TestPurge:
    def test_what_can_not_be_had_back_goes_for_good(self, in_alice: Place, bob: User, done: Job) -> None:
        first, second = (lead.conversation for lead in leads(2))
        job = done(bob, f"do=delete&id={first.id}")
        tending.tend()
        assert Conversation.objects.count() == 2
        self.over(job)
        tending.tend()
        assert (Conversation.objects.get().id, Message.objects.get().conversation_id) == (
            second.id,
            second.id,
        )
        assert BulkBatch.objects.count() == 0
        with pytest.raises(CannotUndo, match="ten minutes have passed"):
            undo(BulkJob.objects.get())

    def test_who_writes_comes_back(self, in_alice: Place, bob: User, done: Job) -> None:
        row = a_lead().conversation
        job = done(bob, "do=delete&all=1")
        kept = Conversation.objects.select_related("contact").get(id=row.id)
        queue_reply(kept, author=bob, text="x")
        Conversation.objects.filter(id=row.id).update(state=State.OPEN)
        self.over(job)
        tending.tend()
        assert Conversation.objects.get().id == row.id

    def test_those_without_a_job_go_too(self, in_alice: Place, bob: User, done: Job) -> None:
        """Such as those of an archive, which has no jobs."""
        first, second = (lead.conversation for lead in leads(2))
        done(bob, f"do=delete&id={first.id}")
        Conversation.objects.filter(id=second.id).update(state=State.DELETED, waiting_since=None)
        tending.tend()
        assert Conversation.objects.get().id == first.id

    def test_a_job_that_was_cut_off_is_woken(
        self, in_alice: Place, bob: User, asked: Job, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        woken: list[Any] = []
        monkeypatch.setattr(tending, "enqueue", lambda *args: woken.append(args))
        a_lead()
        job = asked(bob, "do=resolve&all=1")
        tending.tend()
        assert woken == []
        BulkJob.objects.update(moved_at=timezone.now() - timedelta(minutes=3))
        tending.tend()
        assert woken == [(asking.RUN, str(job.id))]

    def over(self, job: BulkJob) -> None:
        BulkJob.objects.filter(id=job.id).update(undo_until=timezone.now() - timedelta(seconds=1))


def test_a_list_without_anything_is_no_job(in_alice: Place, bob: User) -> None:
    with pytest.raises(NothingChosen):
        ask(bob, act=Act.RESOLVE, value={}, says="Resolve", shown=ListFilter())
