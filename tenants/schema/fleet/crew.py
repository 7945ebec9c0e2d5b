"""Several threads that bring schemas up at once, each on an owner's connection of its own.

What one of them does to a schema is ../replay.py; in which order schemas come, and what is written down about
them, is run.py.
"""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import psycopg

from tenants.context import Place
from tenants.schema.fleet import moving
from tenants.schema.owner import open_owner
from tenants.schema.replay import Patience, ReplayFailed, reason_of, recorded, replay
from tenants.schema.steps import Key, Step

TICK = 0.3
"""Seconds between two looks at what is done: as often is `public` caught up and progress shown."""

SCHEMAS_PER_CONNECTION = 200
"""A backend remembers every schema that it saw and gives none of it back."""


@dataclass(frozen=True, slots=True)
class Target:
    """One schema to bring up; without a workspace it is a spare. `label` is what people call it."""

    schema: str
    label: str
    workspace_id: UUID | None = None

    @property
    def place(self) -> Place:
        return Place(self.schema, self.schema, self.workspace_id)


@dataclass(frozen=True, slots=True)
class Plan:
    """What every schema must have, the steps that give it that, and how long to wait for its locks."""

    required: frozenset[Key]
    steps: tuple[Step, ...]
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went: with `error` the schema is not up, and `migration` says where it stopped.

    `by_django` says that steps are missing and Django's own migrate has to do it; `tasks` move data next.
    """

    target: Target
    tasks: tuple[str, ...] = ()
    migration: str = ""
    error: str = ""
    by_django: bool = False

    @classmethod
    def failed(cls, target: Target, *, error: Exception, patience: Patience) -> "Outcome":
        migration = str(error.step) if isinstance(error, ReplayFailed) else ""
        return cls(target, migration=migration, error=reason_of(error, patience=patience))


def bring_up(conn: psycopg.Connection, target: Target, plan: Plan) -> Outcome:
    """Replay what one schema lacks. Raises ReplayFailed and psycopg's errors."""
    there = recorded(conn, target.schema)
    missing = [step for step in plan.steps if step.key in plan.required - there]
    if plan.required - there - {step.key for step in missing}:
        return Outcome(target, by_django=True)
    tasks = tuple(dict.fromkeys(task for step in missing for task in step.background))
    if target.workspace_id is None:
        tasks = ()
    elif tasks:
        # Noted first: a crash right after the commit must not lose it, and no task runs before its step.
        moving.note(conn, target.workspace_id, tasks=tasks)
    replay(conn, schema=target.schema, steps=missing, patience=plan.patience)
    return Outcome(target, tasks=tasks)


def work(targets: Sequence[Target], *, plan: Plan, parallel: int) -> Iterator[list[Outcome]]:
    """What was done in each tick, which may be nothing; a schema that fails does not stop the others."""
    with _connections() as connections, ThreadPoolExecutor(parallel, "fleet") as threads:
        waiting = {threads.submit(_one, connections, target, plan) for target in targets}
        try:
            while waiting:
                done: set[Future[Outcome]]
                done, waiting = wait(waiting, timeout=TICK)
                yield [future.result() for future in done]
        finally:
            threads.shutdown(cancel_futures=True)


def _one(connections: "_Connections", target: Target, plan: Plan) -> Outcome:
    try:
        return bring_up(connections.mine(), target, plan)
    except (ReplayFailed, psycopg.Error) as error:
        return Outcome.failed(target, error=error, patience=plan.patience)


class _Connections:
    """One per thread, made anew when it broke or has seen many schemas."""

    def __init__(self) -> None:
        self._local = threading.local()
        self._all: list[psycopg.Connection] = []

    def mine(self) -> psycopg.Connection:
        conn: psycopg.Connection | None = getattr(self._local, "conn", None)
        if conn is None or conn.closed or self._local.seen >= SCHEMAS_PER_CONNECTION:
            if conn is not None:
                conn.close()
            self._local.conn = conn = open_owner()
            self._local.seen = 0
            self._all.append(conn)
        self._local.seen += 1
        return conn

    def close(self) -> None:
        for conn in self._all:
            conn.close()


@contextmanager
def _connections() -> Iterator[_Connections]:
    connections = _Connections()
    try:
        yield connections
    finally:
        connections.close()
