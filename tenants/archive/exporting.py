"""Exports as the builder writes them: each once, begun again when cut off, and forgotten when it is old.

Who asks and who downloads is asking.py; what is in the file is export.py.
"""

from datetime import timedelta
from typing import IO
from uuid import UUID

import structlog
from django.conf import settings
from django.utils import timezone

from tenants.archive import faults, progress
from tenants.archive.bringing import AtWork, alone_with
from tenants.archive.export import export
from tenants.archive.manifest import Manifest
from tenants.archive.store import EXPORTS, keep, store
from tenants.context import platform
from tenants.models import WorkspaceExport

log = structlog.get_logger(__name__)

State = WorkspaceExport.State

PACKED = "Its data is packed away already. Download that file instead."


def write_asked(export_id: UUID) -> bool:
    """Write one; True when it is ready now. Again, or while somebody else is at it, it does nothing."""
    with platform():
        row = WorkspaceExport.objects.filter(id=export_id, state__in=WorkspaceExport.OPEN).first()
    if row is None:
        return False
    try:
        with alone_with(row.workspace_id):
            return _write(export_id)
    except AtWork:
        return False  # the next round comes to it


def go_on() -> int:
    """Begin again whatever was cut off, or of which nobody was told; how many are ready.

    Whoever writes one holds its lock, so that one that is only slow is left alone.
    """
    with platform():
        rows = WorkspaceExport.objects.filter(state__in=WorkspaceExport.OPEN).order_by("asked_at")
        waiting = list(rows.values_list("id", flat=True))
    return sum(write_asked(id) for id in waiting)


def forget_old() -> int:
    """Remove the files and rows whose days are over; how many."""
    before = timezone.now() - timedelta(days=settings.EXPORT_DAYS)
    with platform():
        rows = WorkspaceExport.objects.filter(finished_at__lte=before, state__in=[State.DONE, State.FAILED])
        for row in rows:
            if row.file:
                store().delete(row.file)
            row.delete()
        return len(rows)


def _write(export_id: UUID) -> bool:
    row = _begun(export_id)
    if row is None:
        return False
    if row.workspace.schema is None:
        return _failed(row, PACKED)
    if row.attempts > faults.TRIES:
        return _failed(row, faults.CUT_OFF)
    try:
        name = keep(EXPORTS, row.workspace_id, lambda file: _fill(row, file))
    except Exception as error:
        log.exception("export_failed", export=str(row.id), workspace=str(row.workspace_id))
        return _failed(row, faults.in_words(error))
    return _done(row, name)


def _begun(export_id: UUID) -> WorkspaceExport | None:
    """The row, with one more try counted before anything is done, or None when it is settled meanwhile."""
    with platform():
        row = WorkspaceExport.objects.select_related("workspace__reseller").filter(id=export_id).first()
        if row is None or row.state not in WorkspaceExport.OPEN:
            return None
        row.state, row.attempts = State.RUNNING, row.attempts + 1
        row.save(update_fields=["state", "attempts"])
    return row


def _fill(row: WorkspaceExport, file: IO[bytes]) -> Manifest:
    return export(row.workspace, file, tell=progress.teller(row.id, what="export"))


def _done(row: WorkspaceExport, name: str) -> bool:
    with platform():
        values = {"state": State.DONE, "file": name, "size": store().size(name), "error": ""}
        return _settle(row, **values) or _nobodys(name)


def _failed(row: WorkspaceExport, error: str) -> bool:
    with platform():
        _settle(row, state=State.FAILED, error=error)
    return False


def _settle(row: WorkspaceExport, **values: object) -> bool:
    rows = WorkspaceExport.objects.filter(id=row.id, state=State.RUNNING)
    return bool(rows.update(finished_at=timezone.now(), **values))


def _nobodys(name: str) -> bool:
    """The workspace was purged meanwhile."""
    store().delete(name)
    return False
