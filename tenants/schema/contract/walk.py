"""Goes through all migrations in order and hands each operation to whoever judges it, keeping the history.

It judges nothing itself; the rules are the files beside it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db.migrations import Migration
from django.db.migrations.operations import (
    CreateModel,
    DeleteModel,
    RemoveField,
    RunSQL,
    SeparateDatabaseAndState,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tenants.schema.contract.steps import Half, History, Seen, Step, column_of, table_of


def walk(migrations: Sequence[Migration], *, released: frozenset[str]) -> Iterator[Seen]:
    """Each migration with its steps; the history grows as it goes."""
    state = ProjectState()
    history = History(released)
    for migration in migrations:
        steps = []
        for operation in migration.operations:
            for step in _steps(migration, operation, Half.BOTH, state, history):
                steps.append(step)
                _remember(step)
            operation.state_forwards(migration.app_label, state)
        yield Seen(migration.app_label, migration, tuple(steps))


def _steps(
    migration: Migration, operation: Operation, half: Half, state: ProjectState, history: History
) -> Iterator[Step]:
    """The operation itself, or those it is made of."""
    if isinstance(operation, SeparateDatabaseAndState):
        database = half if half is Half.STATE else Half.DATABASE
        yield from _run(migration, operation.database_operations, database, state, history)
        yield from _run(migration, operation.state_operations, Half.STATE, state, history)
        return
    before, after = state.clone(), state.clone()
    _forward(operation, migration.app_label, after)
    yield Step(migration.app_label, migration, operation, half, before, after, history)
    if isinstance(operation, RunSQL):
        yield from _run(migration, operation.state_operations, Half.STATE, state, history)


def _run(
    migration: Migration, operations: Sequence[Any], half: Half, state: ProjectState, history: History
) -> Iterator[Step]:
    """One half of a SeparateDatabaseAndState: it starts from the state before, and builds on itself."""
    own = state.clone()
    for operation in operations:
        yield from _steps(migration, operation, half, own, history)
        _forward(operation, migration.app_label, own)


def _forward(operation: Operation, app: str, state: ProjectState) -> None:
    """Apply it, unless it removes what the state has forgotten already: a rule says so."""
    if isinstance(operation, RemoveField):
        known = state.models.get((app, operation.model_name_lower))
        if known is None or operation.name not in known.fields:
            return
    if isinstance(operation, DeleteModel) and (app, operation.name_lower) not in state.models:
        return
    operation.state_forwards(app, state)


def _remember(step: Step) -> None:
    """What a later migration may ask for."""
    history, operation = step.history, step.operation
    if step.touches_database and step.key not in history.released:
        _remember_fresh(step)
    if isinstance(operation, AddConstraintNotValid):
        constraint = operation.constraint
        history.not_valid[step.table, constraint.name] = (step.key, constraint)
    if isinstance(operation, ValidateConstraint):
        history.validated[step.table, operation.name] = step.key
    if step.half is Half.STATE:
        _remember_gone(step)


def _remember_fresh(step: Step) -> None:
    """A table made here, also under the name it gets later."""
    fresh = step.history.fresh
    if isinstance(step.operation, CreateModel):
        fresh.add(table_of(step.after, step.app, step.operation.name))
    elif step.new_table and step.table in fresh:
        fresh.add(step.new_table)


def _remember_gone(step: Step) -> None:
    operation = step.operation
    if isinstance(operation, DeleteModel):
        step.history.tables_gone[step.table] = step.key
    if isinstance(operation, RemoveField):
        known = step.before.models[step.app, step.model].fields.get(operation.name)
        if known is not None:
            step.history.columns_gone[step.table, column_of(operation.name, known)] = step.key
