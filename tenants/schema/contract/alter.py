"""What an AlterField may change in a column that the release before uses, and without a long lock.

Whole columns that come and go are columns.py next door.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AlterField
from django.db.migrations.state import ProjectState
from django.db.models import Q

from tenants.schema.contract.steps import Step

_VARCHAR = re.compile(r"varchar(?:\((\d+)\))?\Z")


@dataclass(frozen=True)
class Change:
    """A field before and after, as the database will see it."""

    step: Step

    @cached_property
    def old(self) -> Any:
        return self._field(self.step.before)

    @cached_property
    def new(self) -> Any:
        return self._field(self.step.after)

    def _field(self, state: ProjectState) -> Any:
        model = state.apps.get_model(self.step.app, self.step.model)
        return model._meta.get_field(self.step.operation.name)

    @cached_property
    def types(self) -> tuple[str, str]:
        """Both types, with their collations."""
        old, new = (field.db_parameters(connection) for field in (self.old, self.new))
        return _written(old), _written(new)

    @property
    def narrows(self) -> bool:
        old, new = (_VARCHAR.match(kind) for kind in self.types)
        return bool(new and new[1] and ((old and int(old[1] or 0) > int(new[1])) or self.types[0] == "text"))

    @property
    def widens(self) -> bool:
        """Postgres changes the catalogue only: a varchar becomes longer or loses its length."""
        old, new = (_VARCHAR.match(kind) for kind in self.types)
        if not old or not old[1]:
            return False
        return self.types[1] in {"text", "varchar"} or bool(new and int(new[1]) >= int(old[1]))

    @property
    def fills(self) -> bool:
        """Whether Django would UPDATE all rows that are NULL."""
        # A plain function of the field, which the stubs leave out.
        effective: Any = vars(BaseDatabaseSchemaEditor)["_effective_default"]
        before, default = effective(self.old), effective(self.new)
        return not self.new.has_db_default() and default is not None and default != before


def _written(parameters: Any) -> str:
    collation = parameters.get("collation")
    return f"{parameters['type']} COLLATE {collation}" if collation else str(parameters["type"])


def alterations(step: Step) -> Iterator[str]:
    """All that is wrong with an AlterField of a table that has rows."""
    if not isinstance(step.operation, AlterField) or not step.on_existing_table:
        return
    change = Change(step)
    if change.old.many_to_many or change.new.many_to_many:
        return
    for part in (_column, _type, _null, _index, _default, _points_elsewhere):
        yield from (f"{step.name} {sentence}" for sentence in part(change))


def _column(change: Change) -> Iterator[str]:
    if change.old.column != change.new.column:
        yield f'renames the column {change.old.column}; keep it by db_column="{change.old.column}".'


def _type(change: Change) -> Iterator[str]:
    old, new = change.types
    if old == new or change.widens:
        return
    if change.narrows:
        yield (
            f"narrows {old} to {new}, which the release before may still exceed; "
            "say a CheckConstraint by AddConstraintNotValid."
        )
    else:
        yield (
            f"makes {new} of {old}, which rewrites the table under a lock; "
            "add a new field, move the data InBackground and remove the old one."
        )


def _null(change: Change) -> Iterator[str]:
    if not change.old.null or change.new.null:
        return
    name = change.step.operation.name
    if not _is_proved(change):
        yield (
            "makes the column NOT NULL, which reads all rows under a lock; say AddConstraintNotValid of "
            f"CheckConstraint(condition=Q({name}__isnull=False)) and ValidateConstraint in a release before, "
            "and name both migrations in `contracts`."
        )
    elif change.fills:
        yield (
            "makes the column NOT NULL with a default it did not have, so Django looks for rows to fill; "
            "give it a db_default, or the same default before."
        )


def _is_proved(change: Change) -> bool:
    """A constraint of released migrations says it, which Postgres believes without looking at the rows."""
    step = change.step
    contracts = set(getattr(step.migration, "contracts", ()))
    wanted = Q((f"{step.operation.name}__isnull", False))
    return any(
        table == step.table
        and getattr(constraint, "condition", None) == wanted
        and {added, step.history.validated.get((table, name))} <= contracts & step.history.released
        for (table, name), (added, constraint) in step.history.not_valid.items()
    )


def _index(change: Change) -> Iterator[str]:
    old, new = change.old, change.new
    if new.primary_key != old.primary_key:
        yield "changes the table's key; make a new table and move the data InBackground."
    elif new.unique and not old.unique:
        yield "makes the column unique under a lock; say AddUniqueConcurrently, and leave unique=True out."
    elif new.db_index and not (old.db_index or old.unique):
        yield "builds an index under a lock; say AddIndexConcurrently, and leave db_index=True out."


def _default(change: Change) -> Iterator[str]:
    """The release before says DEFAULT where its model has a db_default and the row has no value."""
    if change.old.has_db_default() and not (
        change.new.has_db_default() or change.new.null or change.old.has_default()
    ):
        yield "takes the db_default that the release before needs for INSERT; keep it, or say null=True."


def _points_elsewhere(change: Change) -> Iterator[str]:
    targets = [
        field.remote_field.model._meta.label_lower if field.remote_field and field.db_constraint else ""
        for field in (change.old, change.new)
    ]
    if targets[1] and targets[0] != targets[1]:
        yield (
            f"makes a column with values a key to {targets[1]}, which reads both tables under a lock; "
            "add a new nullable field and move the data InBackground."
        )


RULES = (alterations,)
