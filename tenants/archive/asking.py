"""What a console asks the builder for: an export, and a link by which one person downloads it.

The builder's half is tending.py; the web process only reads the store.
"""

from uuid import UUID

from django.db import transaction

from tenants import audit, signing
from tenants.archive import progress
from tenants.archive.store import EXPORTS, store
from tenants.context import place_of, platform
from tenants.context import workspace as inside
from tenants.models import Workspace
from tenants.tasks import enqueue

SALT = "tenants.archive.download"
LINK_SECONDS = 3600


def ask_for_export(workspace: Workspace) -> bool:
    """Have the workspace written into a file; False while something of the kind is going on already."""
    shown = progress.of(workspace.id)
    if workspace.schema is None or (shown and shown.is_going_on):
        return False
    tell_client(workspace, "workspace.export")
    with platform(), transaction.atomic():
        audit.record("workspace.export", target=workspace.id, label=workspace.name)
        progress.note(workspace.id, what="export", state=progress.WAITING)
        enqueue("tenants.export_workspace", str(workspace.id), queue="schema")
    return True


def tell_client(workspace: Workspace, act: str) -> None:
    """A line where the client's own people read it: all their data is about to be somebody else's too.

    There is no such place while the data stands in an archive.
    """
    if workspace.schema is not None:
        with inside(place_of(workspace)):
            audit.record(act, target=workspace.id, label=workspace.name)


def link_token(workspace: Workspace, *, user_id: object, name: str) -> str:
    """What makes a download's address one person's, for an hour."""
    return signing.dumps([str(user_id), str(workspace.id), name], salt=SALT)


def name_in(token: str, *, workspace: Workspace, user_id: object) -> str | None:
    """The file a token opens for this person, if it is one of this workspace's and still there."""
    try:
        found = signing.loads(token, salt=SALT, max_age=LINK_SECONDS)
    except signing.BadSignature:
        return None
    if not isinstance(found, list) or found[:2] != [str(user_id), str(workspace.id)]:
        return None
    name = str(found[2])
    return name if _is_of(workspace.id, name, archive=workspace.archive) and store().exists(name) else None


def _is_of(workspace_id: UUID, name: str, *, archive: str) -> bool:
    return name.startswith(f"{EXPORTS}/{workspace_id}/") or (bool(archive) and name == archive)
