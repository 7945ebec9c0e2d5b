"""What the builder does for the life cycle, each minute: restore what was asked for, drop and purge the due.

What a console asked for is gone on with too; that is exporting.py's and importing.py's.
Each step may be cut off anywhere and is gone on with by the next run. Moves between states are states.py's.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import IO

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tenants import audit, sites
from tenants.archive import exporting, importing, progress
from tenants.archive.bringing import AtWork, alone_with, restore_archived
from tenants.archive.export import Snapshot, snapshot, write
from tenants.archive.manifest import BadArchive, Manifest
from tenants.archive.parts import parts
from tenants.archive.reading import opened
from tenants.archive.store import DROPPED, forget, keep, store, tidy
from tenants.context import platform
from tenants.models import SpareSchema, Workspace
from tenants.schema import stock

log = structlog.get_logger(__name__)

State = Workspace.State
CLOSED = (State.ARCHIVED, State.DELETED)
BUILDER = "the builder"


def tend() -> int:
    """One round; returns how many workspaces were moved on."""
    now = timezone.now()
    return (
        _each(Q(state=State.BUILDING) & ~Q(archive=""), restore_asked)
        + _each(Q(state=State.DELETED, purge_at__lte=now), purge)
        + _each(Q(state__in=CLOSED, drop_at__lte=now, schema__isnull=False), drop)
        + exporting.go_on()
        + importing.go_on()
    )


def _each(which: Q, act: Callable[[Workspace], bool]) -> int:
    """One that cannot be moved on must not hold up those behind it."""
    with platform():
        rows = list(Workspace.objects.filter(which).select_related("reseller").order_by("id"))
    return sum(_try(row, act) for row in rows)


def _try(row: Workspace, act: Callable[[Workspace], bool]) -> bool:
    try:
        with alone_with(row.id):
            return act(row)
    except AtWork:
        return False
    except Exception:
        log.exception("life_cycle_step_failed", act=act.__name__, workspace=str(row.id))
        return False


def restore_asked(row: Workspace) -> bool:
    """Bring an archived workspace back; one whose archive cannot be used stays archived, and says why."""
    try:
        restore_archived(row, tell=progress.teller(row.id, what="restore"))
    except BadArchive as error:
        log.error("archive_not_restored", workspace=str(row.id), reason=str(error))
        _put_back(row)
        progress.note(row.id, what="restore", state=progress.FAILED, error=str(error))
        return False
    progress.note(row.id, what="restore", state=progress.DONE)
    return True


def _put_back(row: Workspace) -> None:
    with platform(), transaction.atomic():
        waiting = Workspace.objects.filter(id=row.id, state=State.BUILDING).exclude(archive="")
        if waiting.update(state=State.ARCHIVED, state_since=timezone.now()):
            audit.record("workspace.restore_failed", target=row.id, label=row.name, actor=BUILDER)


def drop(row: Workspace) -> bool:
    """Export, read the file back, and only then take the schema away; nobody can write in between."""
    assert row.schema is not None
    with snapshot(row.schema, still=True) as moment:
        name = _written(row, moment=moment)
        if not _let_go(row, archive=name):
            store().delete(name)
            return False
        _drop_now(moment)
    discard_doomed()
    return True


def _written(row: Workspace, *, moment: Snapshot) -> str:
    """The name of an archive that was read back from where it is kept. Raises BadArchive."""

    def fill(file: IO[bytes]) -> Manifest:
        return write(row, file, moment=moment)

    name = keep(DROPPED, row.id, fill)
    with store().open(name) as file, opened(file):
        return name


def _let_go(row: Workspace, *, archive: str) -> bool:
    """From here on the archive is the workspace, and its schema is for the warm pool to take away."""
    with platform(), transaction.atomic():
        locked = Workspace.objects.select_for_update().get(id=row.id)
        if locked.state not in CLOSED or not locked.schema or locked.schema != row.schema:
            return False  # restored while it was being written
        SpareSchema.objects.create(schema=locked.schema, version=stock.DOOMED)
        locked.schema, locked.archive, locked.drop_at = None, archive, None
        locked.save(update_fields=["schema", "archive", "drop_at"])
        audit.record("workspace.drop", target=locked.id, label=locked.name, actor=BUILDER)
    sites.cache.clear()
    return True


def _drop_now(moment: Snapshot) -> None:
    """Under the locks that kept it still, so that a late writer fails instead of writing into nothing."""
    with moment.connection.transaction():
        moment.connection.execute(f'DROP SCHEMA "{moment.schema}" CASCADE'.encode())


def discard_doomed() -> None:
    """Schemas and roles of those let go; again it does nothing."""
    stock.discard_outdated()


def purge(row: Workspace) -> bool:
    """Take away all that is left of a deleted workspace; the platform's log keeps a line."""
    with platform(), transaction.atomic():
        locked = Workspace.objects.select_for_update().get(id=row.id)
        if locked.state != State.DELETED or locked.purge_at is None or locked.purge_at > timezone.now():
            return False
        if locked.schema:
            SpareSchema.objects.create(schema=locked.schema, version=stock.DOOMED)
            locked.schema = None
            locked.save(update_fields=["schema"])
    discard_doomed()
    forget(row.id)
    with platform(), transaction.atomic():
        for part in parts():
            part.forget(row)
        audit.record("workspace.purge", target=row.id, label=row.name, actor=BUILDER)
        row.delete()
    sites.cache.clear()
    return True


def tidy_store() -> int:
    """Remove what nobody needs any more from the archive store; how many files and rows went."""
    gone = exporting.forget_old() + importing.forget_old()
    with platform():
        return gone + tidy(keep_for=timedelta(days=settings.EXPORT_DAYS))
