"""What is done to all conversations of a large workspace in the background: a label or a team that is deleted
comes off them, and a bulk job changes them. How long it takes, and how long its longest transaction.

The rows are made by SQL in a workspace of their own, each time anew.
"""

import statistics
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction

from core.accounts.domain.teams import delete_team, make_team
from core.accounts.domain.users import create_user
from core.accounts.models import User
from core.contacts.models import Contact
from inbox.bulk.domain.ask import ask, undo
from inbox.bulk.domain.run import run
from inbox.bulk.enums import Act
from inbox.bulk.models import BulkJob
from inbox.conversations.domain import clearing
from inbox.conversations.domain.labels import delete_label, make_label
from inbox.conversations.enums import Sorting
from inbox.conversations.filters import ListFilter
from tenants.context import platform, workspace
from tenants.models import Reseller, Workspace
from tenants.provisioning import provision
from tenants.schema import stock
from tests.bench.inboxes import drop_workspace
from tests.bench.installation import Installation
from tests.bench.registry import Figure, Size, bench

HOST = "clearing.bench.test"
ROWS = """
INSERT INTO conversations_conversation (id, contact_id, channel, subject, state, priority, doubt, next_seq,
    message_count, preview, last_direction, last_message_at, undelivered, created_at)
SELECT gen_random_uuid(), %s, 'email', 'About order ' || n,
    'open', 0, '', 6, 5,
    'A line of some words that a list shows of it, number ' || n, 'in',
    timestamptz '2026-01-05' - n * interval '7 minutes', false, now()
FROM generate_series(1, %s) n
"""
MARKS = """
INSERT INTO conversations_conversationlabel (id, label_id, conversation_id, last_message_at, state)
SELECT gen_random_uuid(), %s, id, last_message_at, state FROM conversations_conversation
"""
TABLES = ("conversations_conversation", "conversations_conversationlabel")


class Longest:
    """The longest of all transactions of a connection while it is worn, in seconds."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __enter__(self) -> "Longest":
        self._atomic = transaction.Atomic
        self._enter, self._exit = transaction.Atomic.__enter__, transaction.Atomic.__exit__
        spent = self.seconds

        def enter(this: Any) -> None:
            if not connection.in_atomic_block:
                this._bench_began = perf_counter()
            self._enter(this)

        def leave(this: Any, *error: Any) -> None:
            self._exit(this, *error)
            if not connection.in_atomic_block:
                spent.append(perf_counter() - this._bench_began)

        transaction.Atomic.__enter__ = enter  # type: ignore[method-assign]  # while it measures
        transaction.Atomic.__exit__ = leave  # type: ignore[method-assign]  # the same
        return self

    def __exit__(self, *error: object) -> None:
        transaction.Atomic.__enter__, transaction.Atomic.__exit__ = self._enter, self._exit  # type: ignore[method-assign]  # as it was


@bench("clearing")
def measure(place: Installation, *, size: Size) -> Iterator[Figure]:
    """A label and a team on 200,000 conversations are deleted."""
    count = size.pick(200_000, 10_000)
    row = _workspace(place, count=count)
    with workspace(row):
        label, team = make_label(name="Everything", hue=0), make_team(name="Everybody", people=[])
        _sql(place, row, MARKS, [label.id])
        _settle(place, row)
        yield from _cleared(Sorting.LABEL, label.id, lambda: delete_label(label), count=count)
        _sql(place, row, "UPDATE conversations_conversation SET team_id = %s", [team.id])
        _settle(place, row)
        yield from _cleared(Sorting.TEAM, team.id, lambda: delete_team(team), count=count)
    drop_workspace(place, row)


@bench("bulk-job")
def measure_bulk(place: Installation, *, size: Size) -> Iterator[Figure]:
    """Jobs on all of 200,000 conversations, done and taken back."""
    count = size.pick(200_000, 10_000)
    row = _workspace(place, count=count)
    with workspace(row):
        user = create_user(email="bulk@bench.test", name="Bulk", role="admin")
        _settle(place, row)
        yield from _done(Act.PRIORITY, {"priority": 2}, user=user)
        yield from _done(Act.RESOLVE, {}, user=user)
    drop_workspace(place, row)


def _cleared(kind: Sorting, id: UUID, delete: Callable[[], object], *, count: int) -> Iterator[Figure]:
    with Longest() as asked:
        started = perf_counter()
        delete()
        request = perf_counter() - started
    with Longest() as longest:
        started = perf_counter()
        while _still_there(kind, id):
            clearing.clear(kind, id)
        spent = perf_counter() - started
    yield Figure(f"{kind} act", request * 1000, "ms", n=1)
    yield Figure(f"{kind} act-longest-transaction", max(asked.seconds) * 1000, "ms", n=1)
    yield Figure(f"{kind} of {count:,}", spent, "s", n=1)
    yield from _transactions(kind.value, longest)


def _still_there(kind: Sorting, id: UUID) -> bool:
    return bool(clearing.CLEARABLE[kind].model.everyone.filter(id=id).exists())


def _done(act: Act, value: dict[str, Any], *, user: User) -> Iterator[Figure]:
    with Longest() as asked:
        job = ask(user, act=act, value=value, says=act.label, shown=ListFilter())
    yield Figure(f"{act} asked for {job.total:,}", max(asked.seconds) * 1000, "ms", n=1)
    yield from _run(act.value, job)
    undo(BulkJob.objects.get(id=job.id))
    yield from _run(f"{act} undone", job)


def _run(name: str, job: BulkJob) -> Iterator[Figure]:
    with Longest() as longest:
        started = perf_counter()
        while BulkJob.objects.get(id=job.id).is_moving:
            run(job.id)
        yield Figure(name, perf_counter() - started, "s", n=1)
    yield from _transactions(name, longest)


def _transactions(name: str, longest: Longest) -> Iterator[Figure]:
    spent = [seconds * 1000 for seconds in longest.seconds]
    yield Figure(f"{name} transaction-median", statistics.median(spent), "ms", n=len(spent))
    yield Figure(f"{name} longest-transaction", max(spent), "ms", n=len(spent))


def _workspace(place: Installation, *, count: int) -> Workspace:
    with platform():
        old = Workspace.objects.filter(domains__host=HOST).first()
    if old:
        drop_workspace(place, old)
    with platform():
        reseller, _ = Reseller.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
        stock.fill(size=1)
        row = provision(reseller=reseller, name="Bench", host=HOST, owner_email="owner@bench.test").workspace
    with workspace(row):
        contact = Contact.objects.create(name="Everybody", email="all@bench.test")
    _sql(place, row, ROWS, [contact.id, count])
    return row


def _sql(place: Installation, row: Workspace, sql: str, values: list[Any]) -> None:
    with psycopg.connect(place.superuser_dsn(), autocommit=True) as conn:
        conn.execute(f"SET search_path = {row.schema}".encode())
        conn.execute(sql.encode(), values)


def _settle(place: Installation, row: Workspace) -> None:
    """What autovacuum does."""
    for table in TABLES:
        _sql(place, row, f"VACUUM (ANALYZE) {table}", [])
