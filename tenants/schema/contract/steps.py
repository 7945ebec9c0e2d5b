"""What a rule is shown: one operation of one migration, the states around it, and what came before it.

walk.py makes them; the rules are the other files here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.db.migrations import Migration
from django.db.migrations.state import ProjectState
from django.db.models import BaseConstraint


class Half(Enum):
    """Which of the two an operation changes; SeparateDatabaseAndState takes them apart."""

    BOTH = "both"
    DATABASE = "database"
    STATE = "state"


@dataclass(slots=True)
class History:
    """What the migrations so far have done that a later one may build on; a key is an `app.name`."""

    released: frozenset[str]
    fresh: set[str] = field(default_factory=set)
    """Tables that no release has: nobody reads or writes them yet."""
    columns_gone: dict[tuple[str, str], str] = field(default_factory=dict)
    """(table, column) → the migration whose state forgot it."""
    tables_gone: dict[str, str] = field(default_factory=dict)
    not_valid: dict[tuple[str, str], tuple[str, BaseConstraint]] = field(default_factory=dict)
    """(table, constraint) → where it was added without looking at the rows there are."""
    validated: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One operation where it stands."""

    app: str
    migration: Migration
    operation: Any
    half: Half
    before: ProjectState
    after: ProjectState
    history: History

    @property
    def key(self) -> str:
        return f"{self.app}.{self.migration.name}"

    @property
    def name(self) -> str:
        """How sentences name it: `AddField message.kind`."""
        what = self.model if self.part == self.model else f"{self.model}.{self.part}".strip(".")
        return f"{type(self.operation).__name__} {what}".strip()

    @property
    def model(self) -> str:
        """The model it is about, in lower case; nothing for RunSQL and its like."""
        names = (getattr(self.operation, name, "") for name in ("model_name", "name", "old_name"))
        return next((str(name).lower() for name in names if name), "")

    @property
    def part(self) -> str:
        """The field, column, index or constraint it is about."""
        named = getattr(self.operation, "index", None) or getattr(self.operation, "constraint", None)
        if named is not None:
            return str(named.name)
        names = (getattr(self.operation, name, "") for name in ("name", "column", "old_name", "table"))
        part = next((str(name) for name in names if name), "")
        return part if hasattr(self.operation, "model_name") else part.lower()

    @property
    def touches_database(self) -> bool:
        return self.half is not Half.STATE

    @property
    def table(self) -> str:
        """The table the operation's model has before it."""
        return table_of(self.before, self.app, self.model)

    @property
    def new_table(self) -> str:
        """The table the model has after a RenameModel or AlterModelTable."""
        name = getattr(self.operation, "new_name", "") or self.model
        is_about_a_model = hasattr(self.operation, "table") or hasattr(self.operation, "old_name_lower")
        known = (self.app, str(name).lower()) in self.after.models
        return table_of(self.after, self.app, name) if is_about_a_model and known else ""

    @property
    def on_existing_table(self) -> bool:
        return self.touches_database and self.table not in self.history.fresh


@dataclass(frozen=True, slots=True)
class Seen:
    """A whole migration, for rules about what may stand beside what."""

    app: str
    migration: Migration
    steps: tuple[Step, ...]

    def of(self, *kinds: type) -> Iterator[Step]:
        """The steps of these kinds that change the database."""
        return (step for step in self.steps if step.touches_database and isinstance(step.operation, kinds))


def table_of(state: ProjectState, app: str, model: str) -> str:
    """The table of a model in this state."""
    known = state.models.get((app, model.lower()))
    named = known.options.get("db_table") if known else None
    return str(named or f"{app}_{model.lower()}")


def column_of(name: str, column: Any) -> str:
    """The column of a field that stands in a state, where it knows no model yet."""
    return column.db_column or (f"{name}_id" if column.is_relation else name)
