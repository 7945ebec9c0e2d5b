"""Brings everything to this release: the platform, the template, each workspace, the warm pool.

Each workspace's version is recorded in `public`, so a run with nothing to do asks once and is done.
"""

from dataclasses import dataclass

from tenants.context import PLATFORM, place_of, platform
from tenants.models import Workspace
from tenants.schema import stock
from tenants.schema.template import ensure_template, migrate_here, migrations_version


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did: the template's version, how many of all workspaces were behind, the spares ready."""

    template: str
    migrated: int
    workspaces: int
    spares: int


def migrate_everything(*, fill_pool: bool = True, verbosity: int = 0) -> Report:
    """Migrate with the owner's login. Raises what a failing migration raises; a re-run goes on there."""
    migrate_here(PLATFORM, verbosity=verbosity)
    template = ensure_template(verbosity=verbosity)
    migrated = migrate_workspaces(verbosity=verbosity)
    if fill_pool:
        stock.fill()
    with platform():
        workspaces = Workspace.objects.filter(schema__isnull=False).count()
    return Report(template.version, migrated, workspaces, stock.level())


def migrate_workspaces(*, verbosity: int = 0) -> int:
    """Migrate the workspaces whose recorded version is not this release's; how many those were."""
    version = migrations_version()
    with platform():
        behind = list(Workspace.objects.exclude(migrated_to=version).filter(schema__isnull=False))
    for row in behind:
        migrate_here(place_of(row), verbosity=verbosity)
        row.migrated_to = version
        with platform():
            row.save(update_fields=["migrated_to"])
    return len(behind)
