"""Saving, renaming, sharing, ordering and deleting views."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet

from core.accounts.access import Action, may
from core.accounts.models import User
from core.naming import given_once, tidy_name
from core.realtime.audience import everyone, users
from core.realtime.push import push_on_commit
from inbox.conversations.filters import ListFilter
from inbox.saved.events import ViewsChanged
from inbox.saved.models import SavedView
from tenants import audit

MOST = 50
"""Views that a workspace shares, and that one person has of their own."""
NAME_LENGTH = 60
STEPS = {"up": -1, "down": 1}


def save_view(row: SavedView | None, *, name: str, shown: ListFilter, shared: bool, by: User) -> SavedView:
    """A new view, or one that is there by another name. Raises ValidationError and PermissionDenied."""
    made, row = row is None, row or SavedView()
    was_shared = not made and row.is_shared
    _check_may(by, shared=shared, was_shared=was_shared)
    row.name, row.shown = tidy_name(name, most=NAME_LENGTH, what="the view"), shown
    row.owner = None if shared else by
    with transaction.atomic():
        if made or shared != was_shared:
            row.position = _next_position(row)
        _save(row)
        if shared or was_shared:
            audit.record("saved_view.create" if made else "saved_view.change", target=row.id, label=row.name)
        _tell(row, shared=shared or was_shared, by=by)
    return row


def delete_view(row: SavedView, *, by: User) -> None:
    """Gone; the conversations that it showed stay as they are."""
    with transaction.atomic():
        if row.is_shared:
            audit.record("saved_view.delete", target=row.id, label=row.name)
        _tell(row, shared=row.is_shared, by=by)
        row.delete()


@transaction.atomic
def move_view(row: SavedView, *, step: int, by: User) -> None:
    """One place up (-1) or down (1) among its owner's, or among the shared ones; at the end it stays."""
    rows = sorted(
        _beside(row).select_for_update(of=("self",)).order_by("id"), key=lambda one: (one.position, one.id)
    )
    here = next((at for at, one in enumerate(rows) if one.id == row.id), None)
    if here is None:
        return
    there = min(max(here + step, 0), len(rows) - 1)
    rows[here], rows[there] = rows[there], rows[here]
    for position, one in enumerate(rows):
        one.position = position
    SavedView.objects.bulk_update(rows, ["position"])
    _tell(row, shared=row.is_shared, by=by)


def _check_may(by: User, *, shared: bool, was_shared: bool) -> None:
    if (shared or was_shared) and not may(by, Action.MANAGE_VIEWS):
        raise PermissionDenied
    if not shared and by.is_support:
        raise ValidationError("Who is here for support has no views of their own. Share it instead.")


def _next_position(row: SavedView) -> int:
    """Behind those it will stand among. Raises ValidationError where there are MOST of them."""
    beside = _beside(row)
    if beside.count() >= MOST:
        raise ValidationError(f"There are {MOST} already. Delete one that nobody needs.")
    last = beside.aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1


def _beside(row: SavedView) -> QuerySet[SavedView]:
    rows: QuerySet[SavedView] = SavedView.objects.filter(owner=row.owner_id)
    return rows


def _tell(row: SavedView, *, shared: bool, by: User) -> None:
    push_on_commit(ViewsChanged(), audience=everyone() if shared else users([row.owner_id or by.id]))


def _save(row: SavedView) -> None:
    said = f"There is a view called “{row.name}” already."
    with given_once("saved_shared_once", "saved_own_once", said=said):
        row.save()
