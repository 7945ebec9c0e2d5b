"""The template schema: brought up first, dumped, and kept in `public` as statements to replay.

Its version is a hash over the migrations of everything that stands in a workspace.
"""

import hashlib
from collections.abc import Iterable
from functools import cache

from django.conf import settings
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tenants.context import Place, entered, platform
from tenants.models import SchemaTemplate
from tenants.schema.dump import dump_template
from tenants.schema.names import TEMPLATE
from tenants.schema.owner import as_owner, owner_connection
from tenants.schema.render import render
from tenants.schema.replay import Patience, recorded, replay
from tenants.schema.steps import Key, Step, store

PLACE = Place(TEMPLATE, TEMPLATE)


@cache
def migrations_here() -> frozenset[Key]:
    """Every migration of this release, by its file."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


@cache
def migrations_version() -> str:
    """A hash of the names of all migrations that build a workspace, in order."""
    return version_of(key for key in migrations_here() if key[0] in workspace_labels())


def version_of(migrations: Iterable[tuple[str, str]]) -> str:
    """The same hash over any set of migrations, each as (app, name)."""
    names = sorted(f"{app}.{name}" for app, name in migrations)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:32]


@cache
def workspace_labels() -> frozenset[str]:
    """The app labels whose tables stand in each workspace."""
    from django.apps import apps  # noqa: PLC0415 - the registry is complete only when this runs

    return frozenset(
        config.label for config in apps.get_app_configs() if config.name in settings.TENANT_APP_NAMES
    )


def migrate_here(place: Place, *, verbosity: int = 0) -> None:
    """Run Django's migrations in one schema, with the owner's login."""
    with as_owner() as connection, entered(place):
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE SCHEMA IF NOT EXISTS "{place.schema}"')
        call_command("migrate_place", verbosity=verbosity)


def current_template() -> SchemaTemplate:
    """The statements that fit the migrations of this release; raises SchemaTemplate.DoesNotExist."""
    with platform():
        return SchemaTemplate.objects.get(version=migrations_version())


def is_template_ready() -> bool:
    with platform():
        return SchemaTemplate.objects.filter(version=migrations_version()).exists()


def ensure_template(*, patience: Patience | None = None, verbosity: int = 0) -> SchemaTemplate:
    """Bring up and dump the template unless that was done for exactly these migrations.

    Raises render.Refused, replay.ReplayFailed, dump.DumpFailed, and what a migration raises.
    """
    if is_template_ready():
        return current_template()
    _bring_up(patience or Patience(), verbosity=verbosity)
    statements = dump_template()
    with as_owner(), platform():
        return SchemaTemplate.objects.create(version=migrations_version(), statements=statements)


def _bring_up(patience: Patience, *, verbosity: int) -> None:
    """Render what it lacks, keep that, replay it; Django does it all where a part cannot be had as SQL."""
    rendered = render(PLACE)
    store(step for step in rendered.steps if step.key not in rendered.needs_django)
    if not rendered.needs_django:
        _replay(rendered.steps, patience=patience)
    with owner_connection() as owner:
        before = recorded(owner, TEMPLATE) if not rendered.needs_django else None
        # After a replay it finds nothing to migrate, makes content types and records squashed migrations.
        migrate_here(PLACE, verbosity=verbosity)
        if before is not None:
            store(Step(*key) for key in sorted(recorded(owner, TEMPLATE) - before))


def _replay(steps: tuple[Step, ...], *, patience: Patience) -> None:
    with as_owner() as connection, entered(PLACE):
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE SCHEMA IF NOT EXISTS "{TEMPLATE}"')
        MigrationRecorder(connection).ensure_schema()
    with owner_connection() as owner:
        replay(owner, schema=TEMPLATE, steps=steps, patience=patience)
