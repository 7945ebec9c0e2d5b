"""Expand before contract: what would break the release before, which still runs while a fleet migrates.

Locks are locks.py next door; an AlterField is alter.py.
"""

from collections.abc import Iterator

from django.db.migrations.operations import (
    AddField,
    AlterModelTable,
    AlterOrderWithRespectTo,
    DeleteModel,
    RemoveField,
    RenameField,
    RenameModel,
)

from tenants.schema.contract.steps import Half, Step, column_of
from tenants.schema.safe_operations import DropColumn, DropTable


def removals(step: Step) -> Iterator[str]:
    """A column or table goes in two releases: out of the state, then out of the database."""
    if not isinstance(step.operation, RemoveField | DeleteModel) or not step.on_existing_table:
        return
    is_field = isinstance(step.operation, RemoveField)
    drop, remove = ("DropColumn", "RemoveField") if is_field else ("DropTable", "DeleteModel")
    yield (
        f"{step.name} takes what the release before still uses; say SeparateDatabaseAndState"
        f"(state_operations=[{remove}(…)]) now, and {drop} in a release after it."
    )


def drops(step: Step) -> Iterator[str]:
    """The second half stands in a release after the one whose code stopped using it."""
    if isinstance(step.operation, DropColumn):
        forgotten = step.history.columns_gone.get((step.table, step.operation.column))
    elif isinstance(step.operation, DropTable):
        forgotten = step.history.tables_gone.get(step.operation.table)
    else:
        return
    if forgotten is None:
        yield f"{step.name} drops what the state still holds; take it out of the state in a release before."
    elif forgotten not in step.history.released:
        yield f"{step.name} stands in the release of {forgotten}, which stops using it; leave it to the next."


def forgotten_columns(step: Step) -> Iterator[str]:
    """This release's INSERTs leave the column out, and its deletes know no foreign key from there."""
    if step.half is not Half.STATE or not isinstance(step.operation, RemoveField | DeleteModel):
        return
    known = step.before.models.get((step.app, step.model))
    if known is None or step.table in step.history.fresh:
        return
    whole = isinstance(step.operation, DeleteModel)
    fields = known.fields if whole else {step.operation.name: known.fields[step.operation.name]}
    for name, field in fields.items():
        if field.is_relation and getattr(field, "db_constraint", False) and not field.many_to_many:
            yield (
                f"{step.name} leaves the foreign key {name} behind, so what it points to cannot be deleted; "
                "say AlterField(…, db_constraint=False) before it."
            )
        if not (whole or field.null or field.has_db_default() or field.many_to_many or field.generated):
            yield (
                f"{step.name} leaves a column behind that is NOT NULL without a db_default, so INSERT fails; "
                "give it one, or null=True, by an AlterField before it."
            )


def renames(step: Step) -> Iterator[str]:
    """The release before asks for the old name."""
    operation = step.operation
    if not step.on_existing_table:
        return
    if isinstance(operation, RenameField):
        fields = step.before.models[step.app, step.model].fields
        old, kept = column_of(operation.old_name, fields[operation.old_name]), fields[operation.old_name]
        new = column_of(operation.new_name, kept)
        if old != new:
            yield (
                f"{step.name} renames the column {old}, which the release before asks for; give the field "
                f'db_column="{old}" first, or add a new one, move the data and remove the old one.'
            )
    elif isinstance(operation, RenameModel | AlterModelTable) and step.new_table != step.table:
        yield (
            f"{step.name} renames the table {step.table}, which the release before asks for; "
            f'keep it by db_table="{step.table}".'
        )


def additions(step: Step) -> Iterator[str]:
    """The release before inserts without the new column."""
    if isinstance(step.operation, AlterOrderWithRespectTo) and step.on_existing_table:
        yield f"{step.name} adds a column the release before does not fill; order by a field of your own."
    if not isinstance(step.operation, AddField) or not step.on_existing_table:
        return
    field = step.operation.field
    if field.many_to_many:
        return
    if field.generated:
        yield f"{step.name} rewrites the table under a lock; add a nullable field and fill it InBackground."
    elif not (field.null or field.has_db_default()):
        yield (
            f"{step.name} is NOT NULL without a db_default, so the release before could not INSERT; "
            "give it a db_default, or null=True."
        )


RULES = (removals, drops, forgotten_columns, renames, additions)
