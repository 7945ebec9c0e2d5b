"""A reseller brings a workspace in from a file: the upload, the check, its name and address, how far it is.

What is done with the file is tenants/archive/taking.py and importing.py.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from tenants.access import Large, takes_large
from tenants.archive import progress
from tenants.archive.taking import begin_import, suggest, take_upload, throw_away, try_again
from tenants.archive.upload import ArchiveUploadHandler, upload_fault
from tenants.console.access import access_import, access_own_reseller, may, person_at, reseller_staff
from tenants.console.import_forms import ImportForm, UploadForm
from tenants.console.rules import ConsoleAction
from tenants.models import Domain, Reseller, Workspace, WorkspaceImport
from tenants.redirects import go_to
from tenants.sites import origin

PAGE, ONE = "console/imports.html", "console/import.html"

State = WorkspaceImport.State

_imports = reseller_staff(ConsoleAction.IMPORT_WORKSPACES)
_LARGE = Large(
    limit=lambda: int(settings.IMPORT_MAX_BYTES),
    allows=lambda request: may(request, ConsoleAction.IMPORT_WORKSPACES),
    handler=ArchiveUploadHandler,
)


@takes_large(_LARGE)
@_imports
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponseBase:
    """Choose a file; the files that were brought before."""
    reseller, form = access_own_reseller(request), UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES, fault=upload_fault(request))
        if form.is_valid() and (row := _take(request, reseller, form)):
            return go_to(request, "console:import", row.id)
    part = "#upload" if form.is_bound and "HX-Request" in request.headers else ""
    context = {"form": form, "limit": settings.IMPORT_MAX_BYTES, "imports": _brought(reseller)}
    return render(request, f"{PAGE}{part}", context, status=422 if form.is_bound else 200)


def _take(request: HttpRequest, reseller: Reseller, form: UploadForm) -> WorkspaceImport | None:
    try:
        return take_upload(reseller, person=person_at(request), file=form.cleaned_data["archive"])
    except ValidationError as error:
        form.add_error("archive", error)
        return None


def _brought(reseller: Reseller) -> list[WorkspaceImport]:
    return list(WorkspaceImport.objects.filter(reseller=reseller).order_by("-asked_at")[:20])


@_imports
@require_http_methods(["GET", "HEAD", "POST"])
def one_import(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """How one stands, asked for again while it goes on; once it is checked its name and address."""
    row, form = access_import(request, import_id), None
    if row.state == State.READY:
        suggested = suggest(row) if request.method != "POST" else None
        form = ImportForm(request.POST or None, row=row, suggested=suggested)
        if request.method == "POST" and form.is_valid() and _begin(row, form):
            return go_to(request, "console:import", row.id)
    elif request.method == "POST":
        return go_to(request, "console:import", row.id)
    part = "#state" if "HX-Request" in request.headers else ""
    context = {**_standing(row), "form": form, "base_host": settings.BASE_HOST}
    context["was_free"] = bool(form and not form.is_bound and suggested and suggested.was_free)
    return render(request, f"{ONE}{part}", context, status=422 if form and form.is_bound else 200)


def _begin(row: WorkspaceImport, form: ImportForm) -> bool:
    try:
        begin_import(row, name=form.cleaned_data["name"], host=form.cleaned_data["host"])
    except ValidationError as error:
        form.add_error("address", error.messages)
        return False
    return True


def _standing(row: WorkspaceImport) -> dict[str, Any]:
    made = Workspace.objects.filter(id=row.id).first() if row.state == State.DONE else None
    hosts = Domain.objects.filter(workspace=made, is_primary=True) if made else Domain.objects.none()
    return {
        "one": row,
        "made_at": _moment(row.facts.get("created_at")),
        "progress": progress.of(row.id),
        "made": made,
        "url": next((f"{origin(domain.host)}/" for domain in hosts), ""),
    }


def _moment(written: object) -> datetime | None:
    return datetime.fromisoformat(written) if isinstance(written, str) else None


@_imports
@require_POST
def again(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """Once more what did not work."""
    row = access_import(request, import_id)
    try:
        try_again(row)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return go_to(request, "console:import", row.id)


@_imports
@require_POST
def discard(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """Throw the file away; nothing was made of it."""
    row = access_import(request, import_id)
    try:
        throw_away(row)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return go_to(request, "console:import", row.id)
    messages.success(request, f"{row.filename} is forgotten. Nothing was made of it.")
    return go_to(request, "console:imports")
