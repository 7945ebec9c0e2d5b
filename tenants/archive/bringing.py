"""A workspace out of an archive: a new one under a reseller, or the very one that was archived here.

The schema is arrival.py's; when the scheduler restores is tending.py's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from tenants import audit, sites
from tenants.archive.arrival import arriving, name_for
from tenants.archive.manifest import BadArchive
from tenants.archive.parts import Folder, parts
from tenants.archive.progress import Told, quiet
from tenants.archive.reading import Archive, opened
from tenants.archive.store import store
from tenants.context import platform
from tenants.db.broken import broken_constraint
from tenants.hosts.domains import check_host, check_unlike, taken
from tenants.ids import uuid7
from tenants.models import DataRun, Domain, Reseller, SetupStep, SpareSchema, Workspace
from tenants.schema.names import new_schema_name
from tenants.schema.owner import owner_connection
from tenants.schema.template import migrations_version
from tenants.states import restored
from tenants.text import check_storable

IMPORTED = "Import an archive"
"""The one step of an imported workspace's set-up, as people read it."""


class AtWork(Exception):
    """Somebody else is exporting, dropping or restoring this very workspace."""


@contextmanager
def alone_with(workspace_id: UUID) -> Iterator[None]:
    """Nobody else does anything of the kind with this workspace meanwhile. Raises AtWork.

    The lock is the connection's, so that it ends with a process that is killed. Otherwise it ends here: that
    a connection was closed is something the server learns only some time later.
    """
    key = workspace_id.int & (2**63 - 1)
    with owner_connection() as owner:
        got = owner.execute("SELECT pg_try_advisory_lock(%s)", [key]).fetchone()
        if got != (True,):
            raise AtWork(f"workspace {workspace_id}")
        try:
            yield
        finally:
            owner.execute("SELECT pg_advisory_unlock(%s)", [key])


def import_workspace(
    path: Path, *, reseller: Reseller, host: str, name: str = "", tell: Told = quiet
) -> Workspace:
    """An open workspace out of a file, under a reseller and at a host of its own.

    Raises ValidationError for an unfit or taken host, BadArchive, NoOwner; then nothing of it is left.
    """
    with path.open("rb") as file:
        return bring_in(file, reseller=reseller, host=host, name=name, tell=tell)


def bring_in(
    file: IO[bytes],
    *,
    reseller: Reseller,
    host: str,
    name: str = "",
    workspace_id: UUID | None = None,
    schema: str = "",
    actor: str = "",
    tell: Told = quiet,
) -> Workspace:
    """The same from a seekable file, as `actor`; with the id and the schema that were chosen for it."""
    host = check_host(host)
    check_storable(name)
    with platform():
        _check_free(host)
    with opened(file) as archive:
        row = Workspace(
            id=workspace_id or uuid7(),
            reseller=reseller,
            name=name or archive.manifest.workspace,
            schema=schema or new_schema_name(),
            state=Workspace.State.ACTIVE,
            migrated_to=migrations_version(),
        )
        assert row.schema is not None
        with arriving(archive, schema=row.schema, workspace_id=row.id, tell=tell) as waiting:
            _load(archive, row, folder=Folder.FILES)
            _open_imported(archive, row, host=host, waiting=waiting, actor=actor)
    sites.cache.clear()
    return row


def _check_free(host: str) -> None:
    """Asked first, because reading an archive takes its time; the database has the last word."""
    if Domain.objects.filter(host=host).exists():
        raise taken(host)


def _open_imported(archive: Archive, row: Workspace, *, host: str, waiting: list[str], actor: str) -> None:
    """The rows on the platform, in one transaction; with them the workspace is open."""
    try:
        with platform(), transaction.atomic():
            row.save(force_insert=True)
            check_unlike(host, reseller_id=row.reseller_id, workspace_id=row.id)
            Domain.objects.create(host=host, kind=Domain.Kind.WORKSPACE, reseller=row.reseller, workspace=row)
            SetupStep.objects.create(
                workspace=row, key=IMPORTED, state=SetupStep.State.DONE, finished_at=timezone.now()
            )
            _load(archive, row, folder=Folder.PUBLIC)
            _settle(row, waiting=waiting)
            detail = {"rows": archive.manifest.rows, "host": host}
            audit.record("workspace.import", target=row.id, label=row.name, actor=actor, detail=detail)
    except IntegrityError as error:
        if broken_constraint(error).startswith("tenants_domain_host"):
            raise taken(host) from error
        raise


def _load(archive: Archive, row: Workspace, *, folder: Folder) -> None:
    """The parts of one folder. What stands on the platform outlives an archiving, files do not."""
    for part in parts():
        if part.folder is folder:
            part.load(row, archive.files_of(part))


def restore_archived(row: Workspace, *, tell: Told = quiet) -> None:
    """Bring a workspace's rows back into a schema and open it. Raises BadArchive; it then stays as it was."""
    try:
        file: IO[bytes] = store().open(row.archive)
    except FileNotFoundError as error:
        raise BadArchive("Its file is no longer where it was kept.") from error
    with file, opened(file) as archive:
        schema = name_for(archive.manifest.schema_name)
        with arriving(archive, schema=schema, workspace_id=row.id, tell=tell) as waiting:
            _load(archive, Workspace(id=row.id, schema=schema), folder=Folder.FILES)
            _open_restored(row, schema=schema, waiting=waiting)
    sites.cache.clear()


def _open_restored(row: Workspace, *, schema: str, waiting: list[str]) -> None:
    with platform(), transaction.atomic():
        locked = Workspace.objects.select_for_update().get(id=row.id)
        if locked.state != Workspace.State.BUILDING or not locked.archive:
            raise BadArchive("It was restored or deleted meanwhile.")
        locked.schema, locked.archive, locked.state = schema, "", restored(locked)
        locked.migrated_to, locked.state_since = migrations_version(), timezone.now()
        locked.save(update_fields=["schema", "archive", "state", "migrated_to", "state_since"])
        _settle(locked, waiting=waiting)
        audit.record("workspace.restored", target=locked.id, label=locked.name, actor="the builder")


def _settle(row: Workspace, *, waiting: list[str]) -> None:
    """The schema is the workspace's now, and data that an older release left in it is still to be moved."""
    SpareSchema.objects.filter(schema=row.schema).delete()
    DataRun.objects.filter(workspace=row, key__in=waiting).delete()  # done once before it was archived
    DataRun.objects.bulk_create([DataRun(workspace=row, key=task) for task in waiting])
