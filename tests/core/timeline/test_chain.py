"""How a line gets into the chain: right after its commit, behind nobody's act, and at last by the sweep."""

import base64
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from typing import Any

import psycopg
import pytest
from celery import current_app
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from psycopg import sql
from redis import Redis

from core.accounts.models import User
from core.timeline.domain import chain
from core.timeline.domain import prune as pruning
from core.timeline.domain.chain import catch_up, chain_pending
from core.timeline.domain.prune import prune
from core.timeline.domain.restored import take_over
from core.timeline.models import AuditEntry, PendingEntry
from core.timeline.queries import verify_chain
from core.timeline.rules import FACTS, hash_of
from core.timeline.tasks import prune_pending, sweep_platform
from deploy.wiring import BEAT, ROUTES
from tenants import due
from tenants.audit import record
from tenants.context import Place, place_of, platform, workspace
from tenants.db.base import DatabaseWrapper
from tenants.ids import uuid7
from tenants.models import Domain, Workspace

LONG_AGO = timedelta(days=2)


@pytest.fixture
def place(fresh_workspace: Callable[..., Workspace]) -> Place:
    """A committed workspace."""
    return place_of(fresh_workspace())


def write(label: str) -> None:
    record("thing.do", label=label, actor="A task")


def missed(label: str, *, ago: timedelta = timedelta(minutes=2), action: str = "thing.do") -> PendingEntry:
    """A line whose process ended right after the commit."""
    return PendingEntry.objects.create(
        at=timezone.now() - ago, action=action, label=label, actor_name="A task"
    )


def chained() -> list[str]:
    return list(AuditEntry.objects.filter(action="thing.do").order_by("seq").values_list("label", flat=True))


@contextmanager
def as_owner(place: Place) -> Iterator[psycopg.Connection]:
    with psycopg.connect(settings.OWNER_DSN, autocommit=True) as owner:
        owner.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(place.schema)))
        yield owner


@pytest.fixture
def no_worker(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody chains a line but whom the test asks."""
    monkeypatch.setattr(DatabaseWrapper, "on_commit", BaseDatabaseWrapper.on_commit)


def run_all(redis: Redis) -> None:
    """What a worker would do with the messages that wait: the tasks, with their headers and arguments."""
    while message := redis.rpop("celery"):
        wire = json.loads(str(message, "utf-8"))  # type: ignore[arg-type]  # the stubs allow for decoding
        headers, [args, *_] = wire["headers"], json.loads(base64.b64decode(wire["body"]))
        current_app.tasks[headers["task"]].apply(args, headers=headers, throw=True)


@contextmanager
def held(place: Place) -> Iterator[None]:
    """Another process is writing into the chain."""
    holds, go_on = Event(), Event()

    def hold() -> None:
        with workspace(place), transaction.atomic():
            chain._lock(place)
            holds.set()
            assert go_on.wait(20)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(hold)
        try:
            assert holds.wait(20)
            yield
        finally:
            go_on.set()
        holder.result(timeout=20)


class TestAnAct:
    def test_it_waits_for_no_other_acts_transaction(self, place: Place) -> None:
        """The one that began first is still open when the second is whole."""
        wrote, go_on = Event(), Event()

        def slow() -> None:
            with workspace(place), transaction.atomic():
                write("slow")
                wrote.set()
                assert go_on.wait(20)
            connections.close_all()

        def quick() -> list[str]:
            with workspace(place):
                write("quick")
                seen = chained()
            connections.close_all()
            return seen

        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(slow)
            try:
                assert wrote.wait(20)
                assert pool.submit(quick).result(timeout=10) == ["quick"]
            finally:
                go_on.set()
            first.result(timeout=20)
        with workspace(place):
            assert (chained(), verify_chain().fault) == (["quick", "slow"], "")

    def test_its_line_says_the_same_in_the_chain(self, place: Place) -> None:
        with workspace(place):
            write("one")
            pending = PendingEntry.objects.values(*FACTS).get(label="one")
            assert AuditEntry.objects.values(*FACTS).get(label="one") == pending

    def test_it_has_no_line_unless_it_commits(self, place: Place) -> None:
        with workspace(place):
            with transaction.atomic():
                write("never")
                transaction.set_rollback(True)
            assert not PendingEntry.objects.filter(label="never").exists()
            assert chained() == []

    def test_it_does_not_even_wait_for_the_chain(self, place: Place, no_worker: None) -> None:
        with held(place), workspace(place):
            write("first")
            assert PendingEntry.objects.filter(label="first").count() == 1
            assert chained() == []

    def test_a_worker_is_woken_once_it_has_committed(
        self, place: Place, no_worker: None, redis: Redis
    ) -> None:
        with workspace(place):
            with transaction.atomic():
                write("one")
                assert redis.llen("celery") == 0
            assert chained() == []
            run_all(redis)
            assert chained() == ["one"]

    def test_on_the_platform_too(self, committed: None, no_worker: None, redis: Redis) -> None:
        label = uuid7().hex
        with platform():
            record("thing.keep", label=label, actor="A task")
            assert not AuditEntry.objects.filter(label=label).exists()
            run_all(redis)
            assert AuditEntry.objects.filter(label=label).exists()


class TestReading:
    def test_a_reader_sees_it_before_the_worker_does(
        self, place: Place, client_for: Any, no_worker: None
    ) -> None:
        with workspace(place):
            write("just now")
            owner = User.objects.get()
        with platform():
            host = Domain.objects.get(workspace__schema=place.schema).host
        assert "just now" in client_for(owner, host=host).get("/settings/activity/").content.decode()

    def test_nobody_waits_long_for_a_chain_that_is_held(
        self, place: Place, monkeypatch: pytest.MonkeyPatch, no_worker: None
    ) -> None:
        """The reader goes on, and whoever comes next takes the line along."""
        monkeypatch.setattr(chain, "LOCK_TIMEOUT", "50ms")
        with workspace(place):
            write("first")
            with held(place):
                catch_up()
                assert chained() == []
            write("second")
            catch_up()
            assert chained() == ["first", "second"]


class TestTheSweep:
    def test_it_works(self, place: Place) -> None:
        with workspace(place):
            missed("long ago", ago=LONG_AGO)
            write("now")
            due.sweep_workspace()
            assert sorted(chained()) == ["long ago", "now"]
            assert (verify_chain().fault, verify_chain().late, chain_pending()) == ("", 0, 0)

    def test_on_the_platform(self, on_platform: Place) -> None:
        missed("platform's")
        sweep_platform()
        assert chained() == ["platform's"]

    def test_the_scheduler_calls_it(self) -> None:
        assert BEAT["sweep-platform-log"] == {"task": sweep_platform.name, "schedule": 60.0}
        assert (BEAT["prune-logs"]["task"], ROUTES[prune_pending.name]) == (
            prune_pending.name,
            {"queue": "schema"},
        )

    def test_many_are_taken_in_parts(self, in_alice: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(chain, "BATCH", 2)
        for number in range(3):
            missed(str(number))
        assert [chain_pending() for _ in range(3)] == [2, 1, 0]
        assert (chained(), verify_chain().fault) == (["0", "1", "2"], "")


class TestChecking:
    def test_a_missed_line_is_no_harm_and_is_said(
        self, place: Place, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with workspace(place):
            write("one")
            lines = verify_chain().lines
            missed("two")
            found = verify_chain()
        assert (found.lines, found.fault, found.broken_at, found.late) == (lines, "", None, 1)
        with pytest.raises(CommandError, match="Nothing was changed, but 1 line written more than a minute"):
            call_command("verify_log", workspace=str(place.workspace_id))
        with workspace(place):
            chain_pending()
        call_command("verify_log", workspace=str(place.workspace_id))
        assert capsys.readouterr().out.startswith(f"The log is whole: {lines + 1} lines")

    def test_one_that_was_just_written_is_not_late(self, in_alice: Place) -> None:
        missed("now", ago=timedelta(seconds=30))
        assert verify_chain().late == 0

    def test_a_line_forged_before_it_was_chained_is_found(self, in_alice: Place) -> None:
        """Whoever may write can write a sound line with another's id; what the act wrote is still there."""
        forge(missed("true"))
        chain_pending()
        found = verify_chain()
        assert found.fault == f"line {found.lines + 1} is not what its act wrote"


def forge(line: PendingEntry) -> None:
    last = AuditEntry.objects.order_by("-seq").first()
    seq, prev_hash = (last.seq, last.hash) if last else (0, "")
    facts: dict[str, Any] = {name: getattr(line, name) for name in FACTS} | {"label": "false"}
    entry = AuditEntry(seq=seq + 1, prev_hash=prev_hash, **facts)
    entry.hash = hash_of(entry.__dict__)
    entry.save(force_insert=True)


class TestPruning:
    """Only the owner may take pending lines, and takes those alone whose place in the chain is safe."""

    def age(self, place: Place) -> None:
        """Two days pass: for the line itself and for its pending one, as its owner could."""
        with as_owner(place) as owner:
            owner.execute("UPDATE timeline_pendingentry SET at = at - interval '2 days'")
            owner.execute("UPDATE timeline_auditentry SET at = at - interval '2 days'")

    def left(self, place: Place) -> list[str]:
        with workspace(place):
            rows = PendingEntry.objects.filter(action="thing.do").order_by("id")
            return list(rows.values_list("label", flat=True))

    def test_it_works(self, place: Place) -> None:
        with workspace(place):
            write("old")
        self.age(place)
        with workspace(place):
            write("new")
        assert prune() >= 1
        assert self.left(place) == ["new"]
        with workspace(place):
            assert chained() == ["old", "new"]

    def test_one_place_that_fails_holds_up_no_other(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with workspace(place):
            write("old")
            write("young")
        self.age(place)
        found = f"SELECT unnest(ARRAY['a_gone_one', '{place.schema}']) WHERE %s <> ''"
        monkeypatch.setattr(pruning, "_FILLED", found)
        assert prune() >= 2

    def test_what_is_not_in_the_chain_stays(self, place: Place) -> None:
        with workspace(place):
            missed("missed", ago=LONG_AGO)
        prune()
        assert self.left(place) == ["missed"]

    def test_the_proof_of_a_forgery_stays(self, place: Place) -> None:
        with workspace(place):
            forge(missed("true", ago=LONG_AGO))
        prune()
        assert self.left(place) == ["true"]
        with workspace(place):
            assert verify_chain().fault.endswith("is not what its act wrote")

    def test_on_the_platform(self, committed: None) -> None:
        with platform():
            missed("pruned", ago=LONG_AGO, action="thing.keep")  # it stays in the chain, for good
            chain_pending()
            prune()
            assert not PendingEntry.objects.filter(label="pruned").exists()


def test_an_archive_brings_along_what_was_not_chained_yet(in_alice: Place) -> None:
    write("one")
    before = AuditEntry.objects.count()
    missed("two")
    take_over()
    last = AuditEntry.objects.latest("seq")
    assert (last.action, last.detail) == ("workspace.brought", {"lines": before + 1})
    assert (chained(), verify_chain().fault) == (["one", "two"], "")
