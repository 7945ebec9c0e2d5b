"""Exports of a workspace in both consoles: asking for one, watching it, downloading it.

What the page says of them is tenants/console/exports.py.
"""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from tenants import audit
from tenants.archive.asking import ask_for_export, name_in, tell_client
from tenants.archive.store import store
from tenants.console.access import access_exportable, access_workspace, console, person_at
from tenants.console.exports import section
from tenants.console.rules import ConsoleAction
from tenants.middleware import site_for
from tenants.redirects import go_to


class Download(FileResponse):
    """Read from the store piece by piece, in pieces that are worth a step each (bytes)."""

    block_size = 256 * 1024


@console(ConsoleAction.EXPORT_WORKSPACES)
@require_safe
def exports(request: HttpRequest, workspace_id: UUID) -> HttpResponseBase:
    """The exports alone, asked for again while one is written; elsewhere the workspace's page."""
    row = access_workspace(request, workspace_id)
    if "HX-Request" not in request.headers:
        return go_to(request, "console:workspace", row.id)
    return render(request, "console/_exports.html", {"exports": section(request, row)})


@console(ConsoleAction.EXPORT_WORKSPACES)
@require_POST
def export(request: HttpRequest, workspace_id: UUID) -> HttpResponseBase:
    """Have an archive written; the page then shows how far it is."""
    row = access_exportable(request, workspace_id)
    if ask_for_export(row, person=person_at(request)):
        messages.success(request, f"{row} is being written into a file. This page shows how far it is.")
    else:
        messages.error(request, "It is being written already, or its data is in an archive.")
    return go_to(request, "console:workspace", row.id)


@console(ConsoleAction.EXPORT_WORKSPACES)
@require_safe
def download(request: HttpRequest, workspace_id: UUID, token: str) -> HttpResponseBase:
    """An archive, for the very person who was shown this address here; each fetch stands in both logs."""
    row = access_exportable(request, workspace_id)
    name = name_in(token, workspace=row, user_id=request.user.pk, console=site_for(request).reseller_id)
    if name is None:
        raise Http404
    tell_client(row, "workspace.download")
    audit.record("workspace.download", target=row.id, label=row.name, detail={"file": name})
    stamp = name.rpartition("/")[2]
    return Download(
        store().open(name),
        as_attachment=True,
        filename=f"{slugify(row.name) or 'workspace'}-{stamp}",
        content_type="application/zip",
    )
