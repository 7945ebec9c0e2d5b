"""From a checked archive to a schema that can be opened: built at its migrations, filled, migrated on.

All of it or nothing: what fails is dropped. Who the workspace is then is bringing.py's.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from tenants.archive.load import fill
from tenants.archive.manifest import BadArchive, Manifest
from tenants.archive.parts import after_load
from tenants.archive.progress import Told, quiet
from tenants.archive.reading import Archive
from tenants.context import Place, is_schema_name, platform, workspace
from tenants.models import SchemaTemplate, SpareSchema, Workspace
from tenants.schema.build import build_schema, create_role, drop_schema, grant_rights
from tenants.schema.names import new_schema_name
from tenants.schema.operations import InBackground
from tenants.schema.owner import owner_connection
from tenants.schema.remains import clear_remains
from tenants.schema.stock import UNFINISHED
from tenants.schema.template import migrations_version, version_of

LONGEST = timedelta(days=1)
"""For so long the warm pool leaves a schema alone that is being filled."""


@contextmanager
def arriving(archive: Archive, *, schema: str, workspace_id: UUID, tell: Told = quiet) -> Iterator[list[str]]:
    """The filled schema, while the caller makes a workspace of it; dropped again when anything fails.

    Gives the tasks that still have to move data there. Raises BadArchive. Needs the owner's login.
    """
    reserve(schema)
    try:
        place = Place(schema, schema, workspace_id)
        _build(schema, archive.manifest)
        fill(archive, place, tell=tell)
        waiting = _migrate_on(schema, archive.manifest)
        with workspace(place):
            for hook in after_load():
                hook()
        yield waiting
    except BaseException:
        discard(schema)
        raise


def reserve(schema: str) -> None:
    """Note the schema before it is there, so that a crash leaves nothing that nobody knows of.

    What stands there is dropped, so nothing is done where it is a workspace's. Raises RuntimeError.
    """
    with platform():
        if Workspace.objects.filter(schema=schema).exists():
            raise RuntimeError(f"A workspace stands in {schema}.")
        row, _ = SpareSchema.objects.get_or_create(schema=schema, defaults={"version": UNFINISHED})
        SpareSchema.objects.filter(schema=row.schema).update(
            version=UNFINISHED, built_at=timezone.now() + LONGEST
        )
    with owner_connection() as owner:
        drop_schema(owner, schema)  # what a try that was cut off left there
    clear_remains(schema)


def discard(schema: str) -> None:
    """Take a schema away, unless a workspace was made of it: then what failed came afterwards."""
    with platform():
        if Workspace.objects.filter(schema=schema).exists():
            return
    with owner_connection() as owner:
        drop_schema(owner, schema)
    clear_remains(schema)
    with platform():
        SpareSchema.objects.filter(schema=schema).delete()


def name_for(wanted: str) -> str:
    """The name a schema had, if it is free, so that its signed links work again; a new one otherwise."""
    if not is_schema_name(wanted):
        return new_schema_name()
    with platform():
        if Workspace.objects.filter(schema=wanted).exists():
            return new_schema_name()
        ours = SpareSchema.objects.filter(schema=wanted, version=UNFINISHED).exists()
    with owner_connection() as owner:
        taken = owner.execute(
            "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = %s)"
            " OR EXISTS (SELECT FROM pg_roles WHERE rolname = %s)",
            [wanted, wanted],
        ).fetchone()
    return wanted if ours or taken == (False,) else new_schema_name()


def _build(schema: str, manifest: Manifest) -> None:
    """An empty schema at the archive's state: replayed where a template of that state is known."""
    with platform():
        template = SchemaTemplate.objects.filter(version=version_of(manifest.migrations)).first()
    with owner_connection() as owner:
        if template:
            build_schema(owner, schema=schema, statements=template.statements)
            return
        create_role(owner, schema)
        owner.execute(f'CREATE SCHEMA "{schema}"'.encode())
    _migrate(schema, to=manifest.migrations)
    with owner_connection() as owner:
        grant_rights(owner, schema)


def _migrate_on(schema: str, manifest: Manifest) -> list[str]:
    """Bring the schema to this release, its rows with it; returns the tasks that move data afterwards."""
    if version_of(manifest.migrations) == migrations_version():
        return []
    _migrate(schema)
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    fresh = [key for key in sorted(known) if key not in set(manifest.migrations)]
    steps = [step for key in fresh for step in known[key].operations]
    return [step.task for step in steps if isinstance(step, InBackground)]


def _migrate(schema: str, *, to: list[tuple[str, str]] | None = None) -> None:
    """By a process of its own, because only `manage.py migrate…` has the owner's login in Django."""
    options = ["--to", "-"] if to is not None else []
    done = subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "migrate_schema", schema, *options],
        input=json.dumps(to), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.strip().rpartition("\n")[2]
        raise BadArchive(f"Its tables could not be brought to this release: {said[:300]}")
