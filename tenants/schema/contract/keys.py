"""What bars the way to a sharded cluster in a migration's operations, be they new, old or a library's.

The same for SQL is sql.py next door.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.operations import CreateExtension
from django.db.migrations.operations import AddField, AlterField, AlterModelTable, CreateModel
from django.db.models import AutoField, BigAutoField, OneToOneField, UUIDField
from django.db.models.expressions import BaseExpression, RawSQL
from django.db.models.fields import AutoFieldMixin

from tenants.schema.contract.ours import is_our_app
from tenants.schema.contract.sql import VOLATILE
from tenants.schema.contract.steps import Step
from tenants.schema.template import workspace_labels

KNOWN = {
    "contenttypes.contenttype": "Its integer key counts our models, a few dozen; no row comes from people.",
}
"""Tables of libraries that stand with a key they should not have, and why that does no harm."""


def keys(step: Step) -> Iterator[str]:
    """UUIDs in our apps; bigint identity, made with the table, in a library's."""
    if not step.touches_database:
        return
    if isinstance(step.operation, CreateModel):
        yield from _keys_of_table(step)
    if isinstance(step.operation, AddField | AlterField):
        fields = [step.operation.field]
        if isinstance(step.operation, AlterField):
            known = step.before.models[step.app, step.model].fields
            fields.append(known[step.operation.name])
        if any(isinstance(field, AutoFieldMixin) for field in fields):
            yield f"{step.name} adds or alters identity, which a sharded cluster refuses; say UUIDField."


def _keys_of_table(step: Step) -> Iterator[str]:
    named = [(name, field) for name, field in step.operation.fields if field.primary_key]
    if not named:
        yield f"{step.name} has no key of its own, and would get a serial one; give it a UUIDField."
    for name, field in named:
        label = f"{step.app}.{step.model}"
        if is_our_app(step.app) and not _is_good_key(step.app, field):
            kind = type(field).__name__
            yield f"{step.name} has the {kind} {name} as its key; use a UUIDField with tenants.ids.uuid7."
        elif isinstance(field, AutoFieldMixin) and not isinstance(field, BigAutoField) and label not in KNOWN:
            yield (
                f"{step.name} has a key that cannot be made bigint later; give the library migrations "
                "of our own with a BigAutoField, by MIGRATION_MODULES."
            )


def _is_good_key(app: str, field: Any) -> bool:
    """The platform's own tables may have natural keys, such as a schema's name."""
    if isinstance(field, UUIDField | OneToOneField):
        return True
    return app not in workspace_labels() and not isinstance(field, AutoFieldMixin | AutoField)


def relations(step: Step) -> Iterator[str]:
    """Explicit models between, nothing of auth, and no key into tables that stand elsewhere."""
    for name, field in _fields(step):
        if not field.is_relation or field.remote_field is None:
            continue
        target = _target(field)
        if field.many_to_many and getattr(field.remote_field, "through", None) is None:
            yield f"{step.name} has in {name} a table between with a serial key; give it a model by through=."
        if target in {"auth.group", "auth.permission"}:
            yield f"{step.name} points to {target} by {name}; auth has no tables here."
        elif step.app in workspace_labels() and _stands_elsewhere(target):
            yield f"{step.name} points to {target} by {name}, which is not in a workspace; keep its id."


def defaults(step: Step) -> Iterator[str]:
    """A default is the same for all rows, or it is given by Python."""
    for name, field in _fields(step):
        for function in sorted(_functions(getattr(field, "_db_default_expression", None)) & VOLATILE):
            yield f"{step.name} has {function}() as db_default of {name}, which differs by row; use default=."


def tables(step: Step) -> Iterator[str]:
    """A quote or dot in a table's name leads out of the place."""
    if not step.touches_database or not isinstance(step.operation, CreateModel | AlterModelTable):
        return
    named = (
        step.operation.table
        if isinstance(step.operation, AlterModelTable)
        else step.operation.options.get("db_table")
    )
    if named and {'"', "."} & set(named):
        yield f"{step.name} names its table with a schema; name it alone, the place decides where it stands."


def extensions(step: Step) -> Iterator[str]:
    """Beside the schema, an extension is the whole database's."""
    if isinstance(step.operation, CreateExtension):
        yield f"{step.name} makes something of the whole database; tenants/schema/cluster.py does that."


def _fields(step: Step) -> list[tuple[str, Any]]:
    if not step.touches_database:
        return []
    if isinstance(step.operation, CreateModel):
        return list(step.operation.fields)
    if isinstance(step.operation, AddField | AlterField):
        return [(step.operation.name, step.operation.field)]
    return []


def _target(field: Any) -> str:
    """`app.model` in lower case; a model of the same app may stand without its app."""
    model = field.remote_field.model
    label = model if isinstance(model, str) else model._meta.label
    return str(label).lower() if "." in str(label) else ""


def _stands_elsewhere(target: str) -> bool:
    """Whether it is a model that workspaces have no table of."""
    return bool(target) and target.partition(".")[0] not in workspace_labels()


def _functions(expression: Any) -> set[str]:
    """The names of all functions in a database default."""
    found: set[str] = set()
    for part in expression.flatten() if isinstance(expression, BaseExpression) else ():
        said = [getattr(part, "function", None), getattr(part, "template", None)]
        said += [part.sql] if isinstance(part, RawSQL) else []
        said += [str(value) for value in getattr(part, "extra", {}).values()]
        found |= {word.lower() for text in said if text for word in re.findall(r"\w+", text)}
    return found


RULES = (keys, relations, defaults, tables, extensions)
