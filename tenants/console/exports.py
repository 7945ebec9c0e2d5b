"""What the consoles say about a workspace's exports: which there are, how far one is, until when it is kept.

The acts are tenants/archive/asking.py; the views are views/exports.py.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from tenants.archive.asking import exports_of, kept_until, link_token
from tenants.archive.progress import Progress, of
from tenants.archive.store import store
from tenants.console.access import may, side_of
from tenants.console.rules import ConsoleAction
from tenants.console.stays import is_inside
from tenants.middleware import site_for
from tenants.models import Workspace, WorkspaceExport
from tenants.states import may_export

State = WorkspaceExport.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One export: `url` is where this person may fetch it, `until` None for data that was packed away."""

    row: WorkspaceExport | None
    made_at: datetime | None
    size: int | None
    url: str = ""
    until: datetime | None = None
    progress: Progress | None = None


def section(request: HttpRequest, row: Workspace) -> dict[str, Any] | None:
    """The context of console/_exports.html; None for whoever has no business with exports."""
    if not may(request, ConsoleAction.EXPORT_WORKSPACES) or row.state == Workspace.State.BUILDING:
        return None
    rows, inside = exports_of(row), is_inside(request.user.pk, row)
    held = not may_export(row, by=side_of(request))
    return {
        "workspace": row,
        "going_on": next((_going_on(one) for one in rows if one.state in WorkspaceExport.OPEN), None),
        "failed": next((one for one in rows if one.state == State.FAILED), None),
        "downloads": [] if inside or held else _downloads(request, row, rows=rows),
        "inside": inside,
        "held": held,
        "days": settings.EXPORT_DAYS,
    }


def _going_on(one: WorkspaceExport) -> Shown:
    return Shown(row=one, made_at=None, size=None, progress=of(one.id))


def _downloads(request: HttpRequest, row: Workspace, *, rows: list[WorkspaceExport]) -> list[Shown]:
    made = [
        Shown(
            row=one,
            made_at=one.finished_at,
            size=one.size,
            url=_url(request, row, name=one.file),
            until=kept_until(one),
        )
        for one in rows
        if one.state == State.DONE
    ]
    return [*_packed_away(request, row), *made]


def _packed_away(request: HttpRequest, row: Workspace) -> list[Shown]:
    """The file that an archived workspace's data stands in is offered as it is."""
    name = row.archive
    if not name or not store().exists(name):
        return []
    made_at, size = store().get_modified_time(name), store().size(name)
    return [Shown(row=None, made_at=made_at, size=size, url=_url(request, row, name=name))]


def _url(request: HttpRequest, row: Workspace, *, name: str) -> str:
    console = site_for(request).reseller_id
    token = link_token(row, user_id=request.user.pk, console=console, name=name)
    return reverse("console:workspace_download", args=[row.id, token])
