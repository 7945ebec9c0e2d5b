"""Migration operations for what Django's own do under a long lock, or cannot do once the state has moved on.

When each of them may stand is said by contract/check.py; data moves by InBackground in operations.py.
"""

from typing import Any

from django.contrib.postgres.operations import NotInTransactionMixin
from django.db import router
from django.db.migrations.operations import AddConstraint
from django.db.migrations.operations.base import Operation
from django.db.models import UniqueConstraint


class DropColumn(Operation):
    """Drops a column that an earlier release removed from the state."""

    reduces_to_sql = True
    reversible = False

    def __init__(self, model_name: str, column: str) -> None:
        self.model_name = model_name
        self.column = column

    def state_forwards(self, app_label: str, state: Any) -> None:
        return None

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            table, column = map(schema_editor.quote_name, (model._meta.db_table, self.column))
            schema_editor.execute(f"ALTER TABLE {table} DROP COLUMN {column}", params=None)

    def describe(self) -> str:
        return f"Drop the column {self.column} of {self.model_name}"


class DropTable(Operation):
    """Drops the table of a model that an earlier release removed from the state."""

    reduces_to_sql = True
    reversible = False

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: Any) -> None:
        return None

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if router.allow_migrate(schema_editor.connection.alias, app_label):
            schema_editor.execute(f"DROP TABLE {schema_editor.quote_name(self.table)}", params=None)

    def describe(self) -> str:
        return f"Drop the table {self.table}"


class AddUniqueConcurrently(NotInTransactionMixin, AddConstraint):
    """Adds a UniqueConstraint that stands as an index, without keeping writers out while it is built.

    Raises TypeError for one of plain `fields`: that would be a constraint of the table, which Postgres
    makes under a lock. Written with F("name") it is an index, and says no just the same.
    """

    atomic = False

    def __init__(self, model_name: str, constraint: UniqueConstraint) -> None:
        plain = isinstance(constraint, UniqueConstraint) and constraint.fields and not constraint.condition
        if not isinstance(constraint, UniqueConstraint) or plain or constraint.deferrable:
            raise TypeError(
                "AddUniqueConcurrently wants a UniqueConstraint of expressions, or with a condition."
            )
        super().__init__(model_name, constraint)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            made = str(self.constraint.create_sql(model, schema_editor))
            schema_editor.execute(made.replace("UNIQUE INDEX", "UNIQUE INDEX CONCURRENTLY", 1), params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._ensure_not_in_transaction(schema_editor)
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            name = schema_editor.quote_name(self.constraint.name)
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}", params=None)

    def describe(self) -> str:
        return f"Concurrently create the unique index {self.constraint.name} on {self.model_name}"
