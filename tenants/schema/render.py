"""Renders the migrations a schema lacks as SQL, once, against the template: nothing of it stays there.

Each migration is applied by Django in a transaction that is rolled back at the end, so that the next one sees
what it did, and every statement is written down. The steps are then replayed, in the template too.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import DatabaseError, ProgrammingError, connection, router, transaction
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.migrations import Migration, RunPython
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from psycopg import sql

from tenants.context import Place, entered
from tenants.schema.alone import was_done
from tenants.schema.contract.sql import check_sql
from tenants.schema.operations import InBackground
from tenants.schema.owner import as_owner
from tenants.schema.replay import ReplayFailed
from tenants.schema.steps import Key, Step

CONTENT_TYPES_READY = ("contenttypes", "0002_remove_content_type_name")

checks: list[Callable[[list[str]], list[str]]] = [check_sql]
"""The one place where rendered statements are looked at before any is replayed: each function is given a
step's statements and says what is wrong with them. A new template's first migrations are not asked about."""


class Refused(Exception):
    """Rendered migrations may not be replayed; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a place lacks, in order; `needs_django` are those of it that cannot be had as SQL."""

    steps: tuple[Step, ...]
    needs_django: frozenset[Key]


def render(place: Place) -> Rendered:
    """The migrations `place` lacks. Raises Refused, ReplayFailed, and whatever a migration itself raises."""
    with as_owner(), entered(place), _rolled_back():
        if not place.is_platform:
            with connection.cursor() as cursor:
                cursor.execute(f'CREATE SCHEMA IF NOT EXISTS "{place.schema}"')
        executor = MigrationExecutor(connection)
        executor.recorder.ensure_schema()
        taken = set(executor.loader.applied_migrations)
        plan = [migration for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
        needs_django = frozenset(_key(migration) for migration in plan if _holds_python(migration))
        state = executor._create_project_state(  # type: ignore[attr-defined]  # not in the stubs
            with_applied_migrations=True
        )
        steps = tuple(_steps(plan, state=state, taken=set(taken)))
    if taken and not place.is_platform:
        _check(steps)
    return Rendered(steps, needs_django)


@contextmanager
def _rolled_back() -> Iterator[None]:
    """A transaction that Django does not know of, or it would refuse to make an index concurrently."""
    connection.set_autocommit(False)
    try:
        yield
    finally:
        connection.rollback()
        connection.set_autocommit(True)


def _steps(plan: list[Migration], *, state: ProjectState, taken: set[Key]) -> Iterator[Step]:
    for migration in plan:
        before = set(state.models)
        try:
            with Recorder(connection, atomic=migration.atomic) as editor:
                migration.apply(state, editor)
        except DatabaseError as error:
            if isinstance(error.__cause__, psycopg.Error):
                raise ReplayFailed(Step(*_key(migration)), error.__cause__) from error
            raise
        new = [key for key in state.models if key not in before]
        types = [_content_type(*key) for key in new] if CONTENT_TYPES_READY in taken else []
        statements = (*editor.statements, *types)
        yield Step(*_key(migration), statements, migration.atomic, background_of(migration))
        taken.add(_key(migration))


class Recorder(DatabaseSchemaEditor):
    """Django's editor for Postgres, which also writes down what it runs."""

    def __init__(self, connection: Any, *, atomic: bool) -> None:
        super().__init__(connection, atomic=atomic)
        self.statements: list[str] = []

    def execute(self, sql: Any, params: Any = ()) -> None:
        text = str(sql) if params is None else self.connection.ops.compose_sql(str(sql), params)
        self.statements.append(text)
        if self.atomic_migration:
            super().execute(text, None)
            return
        try:
            with transaction.atomic():
                super().execute(text.replace(" CONCURRENTLY ", " "), None)
        except ProgrammingError as error:
            # A run that was cut off may have left a part of it in the template.
            if not was_done(text, error.__cause__):
                raise


def background_of(migration: Migration) -> tuple[str, ...]:
    """The tasks a migration names for moving data afterwards."""
    return tuple(one.task for one in migration.operations if isinstance(one, InBackground))


def tasks_of(keys: Iterable[Key]) -> tuple[str, ...]:
    """The same of several migrations that stand in files, each task once."""
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return tuple(
        dict.fromkeys(task for key in sorted(keys) if key in known for task in background_of(known[key]))
    )


def _key(migration: Migration) -> Key:
    return migration.app_label, migration.name


def _check(steps: Iterable[Step]) -> None:
    found = [(step, fault) for step in steps for check in checks for fault in check(list(step.statements))]
    if found:
        raise Refused("\n".join(f"{step}: {fault}" for step, fault in found))


def _holds_python(migration: Migration) -> bool:
    """Whether a part of it that is meant for the current place is no SQL."""
    return any(
        not one.reduces_to_sql
        and getattr(one, "code", None) is not RunPython.noop
        and router.allow_migrate(connection.alias, migration.app_label, **getattr(one, "hints", {}))
        for one in _flat(migration.operations)
    )


def _flat(operations: Sequence[Operation]) -> Iterator[Operation]:
    for one in operations:
        yield one
        yield from _flat(getattr(one, "database_operations", []))


def _content_type(app: str, model: str) -> str:
    """What Django does for a new model after it has migrated."""
    text = sql.SQL(
        "INSERT INTO django_content_type (app_label, model) VALUES ({}, {}) ON CONFLICT DO NOTHING"
    )
    return text.format(sql.Literal(app), sql.Literal(model)).as_string()
