"""The template schema: migrated by Django once, dumped, and kept in `public` as statements to replay.

Its version is a hash over the migrations of everything that stands in a workspace.
"""

import hashlib
from functools import cache

from django.conf import settings
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tenants.context import Place, entered, platform
from tenants.models import SchemaTemplate
from tenants.schema.dump import dump_template
from tenants.schema.names import TEMPLATE
from tenants.schema.owner import owner_connection


@cache
def migrations_version() -> str:
    """A hash of the names of all migrations that build a workspace, in order."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    names = sorted(f"{app}.{name}" for app, name in loader.disk_migrations if app in workspace_labels())
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
    with owner_connection() as owner:
        owner.execute(f'CREATE SCHEMA IF NOT EXISTS "{place.schema}"')
    with entered(place):
        call_command("migrate_place", verbosity=verbosity)


def current_template() -> SchemaTemplate:
    """The statements that fit the migrations of this release; raises SchemaTemplate.DoesNotExist."""
    with platform():
        return SchemaTemplate.objects.get(version=migrations_version())


def ensure_template(*, verbosity: int = 0) -> SchemaTemplate:
    """Migrate and dump the template unless that was done for exactly these migrations."""
    with platform():
        known = SchemaTemplate.objects.filter(version=migrations_version()).first()
    if known:
        return known
    migrate_here(Place(TEMPLATE, TEMPLATE), verbosity=verbosity)
    with platform():
        return SchemaTemplate.objects.create(version=migrations_version(), statements=dump_template())
