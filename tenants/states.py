"""The states of a workspace and the moves between them: past due, suspended, archived, deleted, restored.

Nothing here takes data away. What is due is exported, dropped and purged by archive/tending.py, and how a
workspace comes to be is provisioning.py.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from tenants import audit, sites
from tenants.context import platform
from tenants.models import Workspace
from tenants.tasks import enqueue

State = Workspace.State
Side = Workspace.Side
CLOSED = (State.ARCHIVED, State.DELETED)
ANY_OPEN = (State.ACTIVE, State.PAST_DUE, State.SUSPENDED)
"""Those an archived one may come from, and those that may be changed: whoever is set up."""


def check_settled(workspace: Workspace) -> None:
    """Whether its name, addresses and brand may change: not once it is closed, nor before it is there.

    Raises ValidationError with what to do first.
    """
    if workspace.state in CLOSED:
        said = f"{workspace} is {workspace.get_state_display().lower()}. Restore it before you change it."
        raise ValidationError(said)
    if workspace.state == State.BUILDING:
        doing = "restored" if workspace.archive else "set up"
        raise ValidationError(f"{workspace} is still being {doing}. Change it when it is ready.")


def mark_past_due(workspace: Workspace) -> bool:
    """Everything can be read and nothing written, until `mark_paid`. False when it was not active."""
    return _move(workspace, verb="past_due", leaves=[State.ACTIVE], to=State.PAST_DUE)


def mark_paid(workspace: Workspace) -> bool:
    """It can be written to again. False when nothing was due."""
    return _move(workspace, verb="paid", leaves=[State.PAST_DUE], to=State.ACTIVE)


def suspend(workspace: Workspace, *, by: Side) -> bool:
    """Close it: its pages show a notice, its sockets end, its mail waits, its data stays.

    The platform also takes over what a reseller suspended, who then cannot lift it any more.
    """
    with _locked(workspace) as row:
        takes_over = by == Side.PLATFORM and row.suspender == Side.RESELLER
        leaves = [*Workspace.OPEN, *([State.SUSPENDED] if takes_over else [])]
        moved = _move_locked(row, verb="suspend", leaves=leaves, to=State.SUSPENDED, suspended_by=by)
    return _seen(workspace, moved=moved)


def may_lift(workspace: Workspace, *, by: Side) -> bool:
    """Whether that side may open it, being suspended: the platform anything, a reseller what was theirs."""
    return by == Side.PLATFORM or workspace.suspender == by


def may_export(workspace: Workspace, *, by: Side) -> bool:
    """Whether that side may take its data along: a reseller not while the platform holds it suspended.

    Brought in anew it would be open again. Archived, it is still held.
    """
    return by == Side.PLATFORM or (workspace.suspender or workspace.suspended_by) != Side.PLATFORM


def reactivate(workspace: Workspace, *, by: Side) -> bool:
    """Open a suspended one. Raises ValidationError for a reseller where the platform suspended it."""
    with _locked(workspace) as row:
        if row.state == State.SUSPENDED and not may_lift(row, by=by):
            raise ValidationError(f"The platform suspended {row}. Only its operators can reactivate it.")
        moved = _move_locked(
            row, verb="reactivate", leaves=[State.SUSPENDED], to=State.ACTIVE, suspended_by=""
        )
    return _seen(workspace, moved=moved)


def archive(workspace: Workspace) -> bool:
    """Close it for good; from `drop_at` on its data stands in an archive and no longer in the database."""
    drop_at = timezone.now() + timedelta(days=settings.ARCHIVE_DAYS)
    with _locked(workspace) as row:
        kept: dict[str, Any] = {"drop_at": drop_at, "suspended_by": row.suspender}
        moved = _move_locked(row, verb="archive", leaves=ANY_OPEN, to=State.ARCHIVED, **kept)
    return _seen(workspace, moved=moved)


def delete(workspace: Workspace) -> bool:
    """The second step, for archived ones alone: until `purge_at` it can be restored, then nothing is left."""
    purge_at = timezone.now() + timedelta(days=settings.PURGE_DAYS)
    return _move(workspace, verb="delete", leaves=[State.ARCHIVED], to=State.DELETED, purge_at=purge_at)


def restore(workspace: Workspace) -> bool:
    """Open an archived or deleted one again: at once, or when the builder has read its archive back.

    False also for one whose time is over: it may be half gone already (archive/tending.py).
    """
    with _locked(workspace) as row:
        if row.purge_at is not None and row.purge_at <= timezone.now():
            return False
        to = restored(row) if row.schema else State.BUILDING
        never: dict[str, Any] = {"drop_at": None, "purge_at": None}
        moved = _move_locked(row, verb="restore", leaves=CLOSED, to=to, **never)
        if moved and to == State.BUILDING:
            enqueue("tenants.tend_archives", queue="schema")
    return _seen(workspace, moved=moved)


def restored(workspace: Workspace) -> State:
    """How an archived one comes back: suspended if it was, or archiving it would lift the suspension."""
    return State.SUSPENDED if workspace.suspended_by else State.ACTIVE


def _move(workspace: Workspace, *, verb: str, leaves: Collection[State], to: State, **values: Any) -> bool:
    """Only from the states it may leave: again it does nothing, and one being built is nobody's to move."""
    with _locked(workspace) as row:
        moved = _move_locked(row, verb=verb, leaves=leaves, to=to, **values)
    return _seen(workspace, moved=moved)


@contextmanager
def _locked(workspace: Workspace) -> Iterator[Workspace]:
    with platform(), transaction.atomic():
        yield Workspace.objects.select_for_update().get(id=workspace.id)


def _move_locked(row: Workspace, *, verb: str, leaves: Collection[State], to: State, **values: Any) -> bool:
    if row.state not in leaves:
        return False
    before, row.state, row.state_since = row.state, to, timezone.now()
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "state_since", *values])
    detail = {"from": before, "to": str(to), **{name: _written(value) for name, value in values.items()}}
    audit.record(f"workspace.{verb}", target=row.id, label=row.name, detail=detail)
    return True


def _written(value: datetime | str | None) -> str | None:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value and str(value)


def _seen(workspace: Workspace, *, moved: bool) -> bool:
    """The caller's row and this process' sites as they stand now."""
    fields = ["state", "state_since", "suspended_by", "drop_at", "purge_at", "archive", "schema"]
    with platform():
        workspace.refresh_from_db(fields=fields)
    sites.cache.clear()
    return moved
