"""Brings one schema up by replaying the SQL of its missing migrations, with the owner's plain connection.

A schema's own django_migrations says what is missing, so a run that was cut off at any moment is healed by
the next. Statements that cannot run in a transaction are alone.py's; many schemas at once fleet/crew.py's.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import psycopg
from django.db import Error as DjangoDatabaseError
from psycopg import errors, sql

from tenants.context import is_schema_name
from tenants.schema.alone import run_alone
from tenants.schema.build import protect_append_only
from tenants.schema.names import TEMPLATE
from tenants.schema.steps import Key, Step

RETRIED = (errors.LockNotAvailable, errors.DeadlockDetected)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one lock is waited for and the first pause lasts (seconds), and how often it is tried."""

    lock_timeout: float = 2.0
    tries: int = 5
    pause: float = 0.5

    @property
    def milliseconds(self) -> int:
        return int(self.lock_timeout * 1000)


class ReplayFailed(Exception):
    """A statement of `step` did not work, so the schema is as it was before it; `cause` says why."""

    def __init__(self, step: Step, cause: psycopg.Error) -> None:
        super().__init__(f"{step}: {cause}")
        self.step, self.cause = step, cause


def recorded(conn: psycopg.Connection, schema: str) -> set[Key]:
    """The migrations the schema has, by its own word; raises UndefinedTable where there is no such schema."""
    table = sql.Identifier(schema, "django_migrations")
    rows = conn.execute(sql.SQL("SELECT app, name FROM {}").format(table)).fetchall()
    return {(app, name) for app, name in rows}


def replay(conn: psycopg.Connection, *, schema: str, steps: Sequence[Step], patience: Patience) -> None:
    """Run `steps` in order; those next to each other that may share a transaction do.

    Raises ReplayFailed, or psycopg's error where no single step is to blame. A lock that is not to be had is
    tried again, after a pause that doubles.
    """
    if not is_schema_name(schema):
        raise ValueError(f"not a schema name: {schema!r}")
    for group in _groups(steps):
        act = _in_transaction if group[0].atomic else _alone
        _patiently(lambda act=act, group=group: act(conn, schema, group, patience), patience)  # type: ignore[misc]


def _groups(steps: Sequence[Step]) -> Iterator[list[Step]]:
    for atomic, group in groupby(steps, key=lambda step: step.atomic):
        if atomic:
            yield list(group)
        else:
            yield from ([step] for step in group)


def _in_transaction(conn: psycopg.Connection, schema: str, steps: list[Step], patience: Patience) -> None:
    with conn.transaction():
        conn.execute(sql.SQL("SET LOCAL search_path = {}").format(sql.Identifier(schema)))
        conn.execute(f"SET LOCAL lock_timeout = {patience.milliseconds}".encode())
        # Whoever else may be at it waits here, and then sees what is there already.
        conn.execute("LOCK TABLE django_migrations IN SHARE ROW EXCLUSIVE MODE")
        there = recorded(conn, schema)
        for step in steps:
            if step.key not in there:
                _run(conn, step)
        if schema != TEMPLATE:
            protect_append_only(conn, schema=schema, role=schema)


def _run(conn: psycopg.Connection, step: Step) -> None:
    try:
        for statement in step.statements:
            conn.execute(statement.encode())
        _record(conn, step)
    except psycopg.Error as error:
        raise ReplayFailed(step, error) from error


def _record(conn: psycopg.Connection, step: Step) -> None:
    conn.execute("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", step.key)


def _alone(conn: psycopg.Connection, schema: str, steps: list[Step], patience: Patience) -> None:
    """One step outside a transaction; what it got done before a crash is passed over when it runs again."""
    [step] = steps
    conn.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(schema)))
    if step.key in recorded(conn, schema):
        return
    try:
        for statement in step.statements:
            run_alone(conn, statement, schema=schema, lock_timeout=patience.milliseconds)
        _record(conn, step)
    except psycopg.Error as error:
        raise ReplayFailed(step, error) from error
    if schema != TEMPLATE:
        protect_append_only(conn, schema=schema, role=schema)


def _patiently(act: Callable[[], None], patience: Patience) -> None:
    for tried in range(1, patience.tries + 1):
        try:
            return act()
        except (ReplayFailed, psycopg.Error) as error:
            cause = error.cause if isinstance(error, ReplayFailed) else error
            if not isinstance(cause, RETRIED) or tried == patience.tries:
                raise
        # With jitter, so that several that were refused by one holder do not come back as one.
        time.sleep(patience.pause * 2 ** (tried - 1) * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
    return None


def reason_of(error: Exception, *, patience: Patience) -> str:
    """Why, in a line for whoever runs the release."""
    cause = error.cause if isinstance(error, ReplayFailed) else error
    if isinstance(cause, errors.LockNotAvailable):
        return (
            f"A table stayed locked by somebody else: {patience.tries} tries of {patience.lock_timeout:g} s. "
            "Run it again once that is over."
        )
    if isinstance(cause, DjangoDatabaseError) and isinstance(cause.__cause__, psycopg.Error):
        cause = cause.__cause__
    said = cause.diag.message_primary if isinstance(cause, psycopg.Error) else None
    text = said or next(iter(str(cause).splitlines()), "")
    return f"{type(cause).__name__}: {text}"[:500]
