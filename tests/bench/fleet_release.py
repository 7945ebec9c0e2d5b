"""A release that adds one column, for the fleet's bench: put into a whole installation and taken out again.

Beside it the same by plain SQL, which is the floor. What is timed is fleet.py's business next door.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import LiteralString

import psycopg
from psycopg import sql

from tenants.context import PUBLIC, platform
from tenants.models import FleetRun, FleetStep, SchemaTemplate, Workspace
from tenants.schema.fleet.public import migrate_platform
from tenants.schema.names import TEMPLATE
from tenants.schema.owner import as_owner, open_owner
from tenants.schema.template import ensure_template, migrations_version
from tests.tenants.schema.release import add_field, chain, released

NAME = "9001_nickname"
UNDO: tuple[LiteralString, ...] = (
    "ALTER TABLE IF EXISTS {}.contacts_contact DROP COLUMN IF EXISTS nickname",  # public has no such table
    "DELETE FROM {}.django_migrations WHERE app = 'contacts' AND name = '9001_nickname'",
)
STATEMENTS = (
    "ALTER TABLE contacts_contact ADD COLUMN nickname varchar(50) NULL",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('contacts', '9001_nickname', now())",
)


@contextmanager
def one_column_more() -> Iterator[list[str]]:
    """Within it the code has one more migration, platform and template too; gives every workspace's schema.

    After it nothing of that is left anywhere.
    """
    version = migrations_version()
    with platform():
        rows = Workspace.objects.filter(schema__isnull=False).order_by("id")
        schemas = [schema for schema in rows.values_list("schema", flat=True) if schema]
    _clear(schemas, version=version)  # what a run that was killed left
    try:
        with released(chain((NAME, [add_field()], True))):
            migrate_platform()
            ensure_template()
            yield schemas
    finally:
        _clear(schemas, version=version)


def take_out(schemas: Sequence[str], *, version: str) -> None:
    """Bring these schemas back to before it."""
    with open_owner() as owner:
        for schema in schemas:
            _undo(owner, schema)
    with platform():
        Workspace.objects.filter(schema__in=schemas).update(migrated_to=version)


def _undo(owner: psycopg.Connection, schema: str) -> None:
    with owner.transaction():
        for statement in UNDO:
            owner.execute(sql.SQL(statement).format(sql.Identifier(schema)))


def _clear(schemas: Sequence[str], *, version: str) -> None:
    """The same for template and platform too."""
    take_out(schemas, version=version)
    with open_owner() as owner:
        _undo(owner, TEMPLATE)
        _undo(owner, PUBLIC)
    with as_owner(), platform():
        FleetStep.objects.filter(name=NAME).delete()
        FleetRun.objects.exclude(version=version).delete()
        SchemaTemplate.objects.exclude(version=version).delete()


def by_hand(owner: psycopg.Connection, schema: str) -> None:
    """The same column in one schema, and no more than that."""
    with owner.transaction():
        owner.execute(sql.SQL("SET LOCAL search_path = {}").format(sql.Identifier(schema)))
        for statement in STATEMENTS:
            owner.execute(statement.encode())
