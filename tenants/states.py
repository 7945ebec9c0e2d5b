"""The states of a workspace and the moves between them: past due, suspended, archived, deleted, restored.

Nothing here takes data away. What is due is exported, dropped and purged by archive/tending.py, and how a
workspace comes to be is provisioning.py.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tenants import audit, sites
from tenants.context import platform
from tenants.models import Workspace
from tenants.tasks import enqueue

State = Workspace.State
CLOSED = (State.ARCHIVED, State.DELETED)
ANY_OPEN = (State.ACTIVE, State.PAST_DUE, State.SUSPENDED)
"""Those an archived one may come from: whoever is set up."""


def mark_past_due(workspace: Workspace) -> bool:
    """Everything can be read and nothing written, until `mark_paid`. False when it was not active."""
    return _move(workspace, verb="past_due", leaves=[State.ACTIVE], to=State.PAST_DUE)


def mark_paid(workspace: Workspace) -> bool:
    """It can be written to again. False when nothing was due."""
    return _move(workspace, verb="paid", leaves=[State.PAST_DUE], to=State.ACTIVE)


def suspend(workspace: Workspace) -> bool:
    """Close it: its pages show a notice, its sockets end, its mail waits, its data stays."""
    return _move(workspace, verb="suspend", leaves=[State.ACTIVE, State.PAST_DUE], to=State.SUSPENDED)


def reactivate(workspace: Workspace) -> bool:
    """Open a suspended one."""
    return _move(workspace, verb="reactivate", leaves=[State.SUSPENDED], to=State.ACTIVE)


def archive(workspace: Workspace) -> bool:
    """Close it for good; from `drop_at` on its data stands in an archive and no longer in the database."""
    drop_at = timezone.now() + timedelta(days=settings.ARCHIVE_DAYS)
    return _move(workspace, verb="archive", leaves=ANY_OPEN, to=State.ARCHIVED, drop_at=drop_at)


def delete(workspace: Workspace) -> bool:
    """The second step, for archived ones alone: until `purge_at` it can be restored, then nothing is left."""
    purge_at = timezone.now() + timedelta(days=settings.PURGE_DAYS)
    return _move(workspace, verb="delete", leaves=[State.ARCHIVED], to=State.DELETED, purge_at=purge_at)


def restore(workspace: Workspace) -> bool:
    """Open an archived or deleted one again: at once, or when the builder has read its archive back.

    False also for one whose time is over: it may be half gone already (archive/tending.py).
    """
    with platform(), transaction.atomic():
        locked = Workspace.objects.select_for_update().get(id=workspace.id)
        if locked.purge_at is not None and locked.purge_at <= timezone.now():
            return False
        to = State.ACTIVE if locked.schema else State.BUILDING
        never: dict[str, Any] = {"drop_at": None, "purge_at": None}
        moved = _move_locked(locked, verb="restore", leaves=CLOSED, to=to, **never)
        if moved and to == State.BUILDING:
            enqueue("tenants.tend_archives", queue="schema")
    return _seen(workspace, moved=moved)


def _move(workspace: Workspace, *, verb: str, leaves: Collection[State], to: State, **dates: Any) -> bool:
    """Only from the states it may leave: again it does nothing, and one being built is nobody's to move."""
    with platform(), transaction.atomic():
        locked = Workspace.objects.select_for_update().get(id=workspace.id)
        moved = _move_locked(locked, verb=verb, leaves=leaves, to=to, **dates)
    return _seen(workspace, moved=moved)


def _move_locked(row: Workspace, *, verb: str, leaves: Collection[State], to: State, **dates: Any) -> bool:
    if row.state not in leaves:
        return False
    before, row.state, row.state_since = row.state, to, timezone.now()
    for name, value in dates.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "state_since", *dates])
    detail = {"from": before, "to": str(to), **{name: _written(value) for name, value in dates.items()}}
    audit.record(f"workspace.{verb}", target=row.id, label=row.name, detail=detail)
    return True


def _written(value: Any) -> str | None:
    return value.isoformat(timespec="seconds") if value else None


def _seen(workspace: Workspace, *, moved: bool) -> bool:
    """The caller's row and this process' sites as they stand now."""
    with platform():
        workspace.refresh_from_db(fields=["state", "state_since", "drop_at", "purge_at", "archive", "schema"])
    sites.cache.clear()
    return moved
