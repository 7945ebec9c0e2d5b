"""Where a migration may run Python or SQL of its own, and what that SQL may do to tables that are in use.

What no SQL may hold anywhere is sql.py next door.
"""

from collections.abc import Iterator

from django.contrib.postgres.operations import NotInTransactionMixin
from django.db.migrations.operations import AlterModelManagers, AlterModelOptions, RunPython, RunSQL

from tenants.schema.contract.sql import check_sql
from tenants.schema.contract.sql_statement import Statement, read
from tenants.schema.contract.sql_words import Kind, Unreadable
from tenants.schema.contract.steps import Seen, Step
from tenants.schema.operations import InBackground
from tenants.schema.template import workspace_labels

_EFFECTLESS = (AlterModelManagers, AlterModelOptions, InBackground)
_PARTS = ("validate constraint", "drop constraint", "set (", "reset (")
_COLUMN_PARTS = ("set default", "drop not null")
_INSTEAD = {
    "update": "say InBackground, which moves data in batches",
    "insert": "say InBackground, which moves data in batches",
    "delete": "say InBackground, which moves data in batches",
    "with": "say InBackground, which moves data in batches",
    "truncate": "say InBackground, which moves data in batches",
    "drop": "say DropColumn, DropTable, RemoveConstraint or RemoveIndexConcurrently",
    "create": "say CreateModel, AddIndexConcurrently or AddUniqueConcurrently",
}


def python(step: Step) -> Iterator[str]:
    """A workspace's data is moved by tasks, once the fleet has the migration."""
    if isinstance(step.operation, RunPython) and step.touches_database and step.app in workspace_labels():
        yield (
            "RunPython would have to run in each workspace while the fleet migrates; "
            'say InBackground("app.task") and move the data there.'
        )


def python_alone(seen: Seen) -> Iterator[str]:
    """On the platform, a function that commits its own batches: no change of the schema waits for it."""
    if seen.app in workspace_labels():
        return
    for step in seen.of(RunPython):
        others = [other for other in seen.steps if other is not step and changes_something(other)]
        if others or seen.migration.atomic or step.operation.atomic:
            yield (
                "RunPython keeps what it changes locked until the migration ends; give it a migration "
                "of its own with atomic = False, and commit batch by batch."
            )


def raw_sql(step: Step) -> Iterator[str]:
    """SQL that this check cannot weigh against history is said by an operation that it can."""
    if not isinstance(step.operation, RunSQL) or not step.touches_database:
        return
    try:
        statements = [found for text in texts(step.operation) for found in read(text)]
    except Unreadable:
        return  # check_sql says so
    for statement in statements:
        if not _is_safe(statement):
            instead = _INSTEAD.get(statement.verb, "say it by an operation that this check can read")
            yield f"RunSQL holds “{_begins(statement)}”; {instead}."


def sql_rules(step: Step) -> Iterator[str]:
    """What sql.py says of a RunSQL, of this release or of an old one."""
    if isinstance(step.operation, RunSQL) and step.touches_database:
        yield from (f"RunSQL {sentence}" for sentence in check_sql(texts(step.operation)))


def texts(operation: RunSQL) -> list[str]:
    """The SQL of the operation, without its parameters."""
    if isinstance(operation.sql, str):
        return [operation.sql]
    return [each if isinstance(each, str) else each[0] for each in operation.sql]


def changes_something(step: Step) -> bool:
    """Whether it says anything to the database."""
    if isinstance(step.operation, RunSQL) and not any(text.strip() for text in texts(step.operation)):
        return False
    return step.touches_database and not isinstance(step.operation, _EFFECTLESS)


def is_concurrent(step: Step) -> bool:
    """Whether it is one of those that Postgres refuses within a transaction."""
    if isinstance(step.operation, RunSQL):
        try:
            found = [statement for text in texts(step.operation) for statement in read(text)]
        except Unreadable:
            return False
        return bool(found) and all(statement.has("concurrently") for statement in found)
    return isinstance(step.operation, NotInTransactionMixin)


def _is_safe(statement: Statement) -> bool:
    """A short list of what takes no long lock and takes nothing from the release before."""
    if statement.verb in {"comment", "set"}:
        return True
    if statement.verb in {"create", "drop", "reindex"} and statement.thing == "index":
        return statement.has("concurrently")
    return (
        statement.verb == "alter"
        and statement.thing == "table"
        and all(map(_is_safe_part, statement.actions()))
    )


def _is_safe_part(part: Statement) -> bool:
    words = [token.text for token in part.tokens if token.kind is not Kind.QUOTED]
    if words[:2] == ["add", "constraint"]:
        return words[-2:] == ["not", "valid"]
    if words[:1] == ["alter"]:
        return any(map(part.has, _COLUMN_PARTS))
    return any(" ".join(words).startswith(each) for each in _PARTS)


def _begins(statement: Statement) -> str:
    """As much of it as lets people find it."""
    return " ".join(token.text for token in statement.tokens[:5])


RULES = (python, raw_sql)
