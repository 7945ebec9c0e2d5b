"""What a console asks the builder for: an export, and a link by which one person downloads it there.

The builder's half is exporting.py; the web process only reads the store.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from tenants import audit, signing
from tenants.archive import progress
from tenants.archive.store import store
from tenants.context import place_of, platform
from tenants.context import workspace as inside
from tenants.db.broken import broken_constraint
from tenants.models import Workspace, WorkspaceExport
from tenants.tasks import enqueue

SALT = "tenants.archive.download"
LINK_SECONDS = 3600

State = WorkspaceExport.State


def ask_for_export(workspace: Workspace, *, person: str) -> bool:
    """Have the workspace written into a file for `person`; False while that is going on already.

    One that failed is forgotten for the new one.
    """
    if workspace.schema is None or _going_on(workspace):
        return False
    tell_client(workspace, "workspace.export")
    try:
        with platform(), transaction.atomic():
            WorkspaceExport.objects.filter(workspace=workspace, state=State.FAILED).delete()
            row = WorkspaceExport.objects.create(workspace=workspace, person=person[:400])
            audit.record("workspace.export", target=workspace.id, label=workspace.name)
            enqueue("tenants.export_workspace", str(row.id), queue="schema")
    except IntegrityError as error:
        if broken_constraint(error) == "export_one_at_a_time":
            return False
        raise
    return True


def _going_on(workspace: Workspace) -> bool:
    """An export, or a restore, which is noted under the workspace's own id."""
    shown = progress.of(workspace.id)
    if shown and shown.is_going_on:
        return True
    with platform():
        return WorkspaceExport.objects.filter(workspace=workspace, state__in=WorkspaceExport.OPEN).exists()


def tell_client(workspace: Workspace, act: str) -> None:
    """A line where the client's own people read it: all their data is about to be somebody else's too.

    There is no such place while the data stands in an archive.
    """
    if workspace.schema is not None:
        with inside(place_of(workspace)):
            audit.record(act, target=workspace.id, label=workspace.name)


def exports_of(workspace: Workspace) -> list[WorkspaceExport]:
    """Those that wait, go on, failed or can still be downloaded, the newest first."""
    rows = WorkspaceExport.objects.filter(workspace=workspace).order_by("-asked_at")
    return [row for row in rows if row.state != State.DONE or _kept(row)]


def kept_until(row: WorkspaceExport) -> datetime:
    """Until when an export can be downloaded."""
    return (row.finished_at or row.asked_at) + timedelta(days=settings.EXPORT_DAYS)


def _kept(row: WorkspaceExport) -> bool:
    return bool(row.file) and kept_until(row) > timezone.now()


def link_token(workspace: Workspace, *, user_id: object, console: UUID | None, name: str) -> str:
    """What makes a download's address one person's at one console, for an hour.

    `console` is the reseller whose console it is, None for the operators'.
    """
    return signing.dumps([*_whose(workspace, user_id=user_id, console=console), name], salt=SALT)


def name_in(token: str, *, workspace: Workspace, user_id: object, console: UUID | None) -> str | None:
    """The file that a token opens for this person here, if it is one of this workspace's and still kept."""
    try:
        found = signing.loads(token, salt=SALT, max_age=LINK_SECONDS)
    except signing.BadSignature:
        return None
    if not isinstance(found, list) or found[:-1] != _whose(workspace, user_id=user_id, console=console):
        return None
    name = str(found[-1])
    return name if _is_of(workspace, name) and store().exists(name) else None


def _whose(workspace: Workspace, *, user_id: object, console: UUID | None) -> list[str]:
    return [str(user_id), str(console or ""), str(workspace.id)]


def _is_of(workspace: Workspace, name: str) -> bool:
    """A file that a row names as this workspace's: an export in its days, or what it was dropped into."""
    if workspace.archive and name == workspace.archive:
        return True
    rows = WorkspaceExport.objects.filter(workspace=workspace, file=name, state=State.DONE) if name else ()
    return any(_kept(row) for row in rows)
