"""Imports as the builder does them: an uploaded file is checked, and once it has a name and host brought in.

Who uploads and asks is taking.py; what makes a workspace of it is bringing.py. Each step may be cut off
anywhere: it is begun again, and a workspace that was made has the import's id.
"""

from contextlib import suppress
from datetime import timedelta
from typing import IO, Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from tenants.archive import facts, faults, progress
from tenants.archive.arrival import discard
from tenants.archive.bringing import AtWork, alone_with, bring_in
from tenants.archive.manifest import BadArchive
from tenants.archive.reading import Archive, opened
from tenants.archive.store import ABANDONED, store
from tenants.context import platform
from tenants.models import Workspace, WorkspaceImport
from tenants.text import storable

log = structlog.get_logger(__name__)

State = WorkspaceImport.State

GONE = "Its file is no longer where it was kept. Upload it again."
TOO_OLD = "Nobody gave it a name within a day, so the file was deleted. Upload it again."


def move_on(import_id: UUID) -> bool:
    """Check one or bring it in; True when that worked. Again, or while another is at it, it does nothing."""
    with suppress(AtWork), alone_with(import_id):
        return _move_on(import_id)
    return False


def go_on() -> int:
    """Begin again whatever was cut off, or of which nobody was told; how many were moved on."""
    with platform():
        rows = WorkspaceImport.objects.filter(state__in=WorkspaceImport.GOING_ON).order_by("asked_at")
        waiting = list(rows.values_list("id", flat=True))
    return sum(_safely(id) for id in waiting)


def _safely(import_id: UUID) -> bool:
    """One that fails in a way nobody thought of does not keep the others waiting."""
    try:
        return move_on(import_id)
    except Exception:
        log.exception("import_not_moved_on", import_id=str(import_id))
        return False


def forget_old() -> int:
    """Delete the files for which nobody came, and later the rows; how many."""
    now = timezone.now()
    settled = WorkspaceImport.objects.exclude(state__in=WorkspaceImport.GOING_ON)
    with platform():
        late = settled.exclude(upload="").filter(finished_at__lte=now - ABANDONED)
        for row in late:
            forget_upload(row, state=State.FAILED, error=row.error or TOO_OLD)
        old = settled.filter(upload="", finished_at__lte=now - timedelta(days=settings.EXPORT_DAYS))
        return len(late) + old.delete()[0]


def forget_upload(row: WorkspaceImport, **values: Any) -> None:
    """Settle a row and delete its file; in this order, so that a crash leaves a file that nobody names."""
    name = row.upload
    settle(row, upload="", **values)
    if name:
        store().delete(name)


def settle(row: WorkspaceImport, **values: Any) -> None:
    """Write how it stands. Runs on the platform."""
    values = {"finished_at": timezone.now(), "attempts": 0, **values}
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def _move_on(import_id: UUID) -> bool:
    with platform():
        row = WorkspaceImport.objects.select_related("reseller").filter(id=import_id).first()
        if row is None or row.state not in WorkspaceImport.GOING_ON:
            return False
        if _is_made(row):  # and then it was cut off
            forget_upload(row, state=State.DONE, error="")
            return True
        if row.attempts >= faults.TRIES:
            return _give_up(row)
        row.attempts += 1
        row.save(update_fields=["attempts"])
    return _try(row)


def _give_up(row: WorkspaceImport) -> bool:
    """What the last try left is taken away; the file is kept for whoever wants to try again."""
    if row.schema:
        discard(row.schema)
    settle(row, state=State.FAILED, error=faults.CUT_OFF)
    return False


def _is_made(row: WorkspaceImport) -> bool:
    return row.state == State.IMPORTING and Workspace.objects.filter(id=row.id).exists()


def _try(row: WorkspaceImport) -> bool:
    """One step; whatever comes of it stands in the row."""
    try:
        with _file(row) as file:
            settled = _check(row, file) if row.state == State.CHECKING else _bring(row, file)
    except BadArchive as error:  # no other try would like it better
        with platform():
            forget_upload(row, state=State.FAILED, error=storable(str(error))[:300])
        return False
    except ValidationError as error:  # its address is somebody else's by now
        settled = {"state": State.READY, "error": storable(" ".join(error.messages))[:300]}
    except Exception as error:
        log.exception("import_failed", import_id=str(row.id), step=row.state)
        settled = {"state": State.FAILED, "error": faults.in_words(error)}
    with platform():
        keep = settled["state"] != State.DONE
        (settle if keep else forget_upload)(row, **settled)
    return not settled["error"]


def _file(row: WorkspaceImport) -> IO[bytes]:
    try:
        found: IO[bytes] = store().open(row.upload)
    except FileNotFoundError as error:
        raise BadArchive(GONE) from error
    return found


def _check(row: WorkspaceImport, file: IO[bytes]) -> dict[str, Any]:
    """All of the file is looked at before anybody is asked for a name; nothing is made."""
    with opened(file, tell=progress.teller(row.id, what="check")) as archive:
        found = _facts(archive)
    return {"state": State.READY, "facts": found, "name": found["workspace"], "error": ""}


def _facts(archive: Archive) -> dict[str, Any]:
    """What it says of itself: for people to recognise it by, and to suggest a name and an address from."""
    manifest, said = archive.manifest, facts.read(archive.files_of(facts.PART))
    return {
        "workspace": manifest.workspace,
        "created_at": manifest.created_at.isoformat(),
        "rows": manifest.rows,
        "owner_email": said.owner_email,
        "owner_name": said.owner_name,
        "hosts": said.hosts[:20],
    }


def _bring(row: WorkspaceImport, file: IO[bytes]) -> dict[str, Any]:
    bring_in(
        file,
        reseller=row.reseller,
        host=row.host,
        name=row.name,
        workspace_id=row.id,
        schema=row.schema,
        actor=row.person,
        tell=progress.teller(row.id, what="import"),
    )
    return {"state": State.DONE, "error": ""}
