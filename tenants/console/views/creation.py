"""A reseller makes a workspace for a client: one form, then its steps as they are done; its owner put right.

The steps themselves run in a worker (tenants/setup.py); without one the builder's sweep goes on with them.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants import setup
from tenants.console.access import access_own_reseller, access_workspace, reseller_staff
from tenants.console.forms import OwnerForm, WorkspaceForm
from tenants.console.progress import progress_of
from tenants.console.rules import ConsoleAction
from tenants.console.sheets import render_in_sheet
from tenants.models import Reseller, Workspace
from tenants.owners import correct_owner, owner_of
from tenants.provisioning import begin
from tenants.redirects import go_to

PAGE = "console/workspace_new.html"
CHANGED = "workspaces-changed"
"""What the list behind the sheet listens for."""

_creates = reseller_staff(ConsoleAction.CREATE_WORKSPACES)


@_creates
@require_http_methods(["GET", "HEAD", "POST"])
def workspace_new(request: HttpRequest) -> HttpResponseBase:
    """The form in the sheet or as a page; then the steps in the same sheet, or on the workspace's page."""
    reseller = access_own_reseller(request)
    form = WorkspaceForm(request.POST or None, reseller=reseller)
    if request.method == "POST" and form.is_valid():
        try:
            return _answer(request, _begin(reseller, data=form.cleaned_data))
        except ValidationError as error:
            form.add_error("address", error.messages)
    context = {"form": form, "base_host": settings.BASE_HOST}
    return render_in_sheet(request, PAGE, context, status=422 if form.is_bound else 200)


def _begin(reseller: Reseller, *, data: dict[str, Any]) -> Workspace:
    wanted = ("name", "host", "owner_email", "owner_name", "starter")
    return begin(reseller=reseller, **{key: data[key] for key in wanted})


def _answer(request: HttpRequest, row: Workspace) -> HttpResponseBase:
    if "HX-Request" not in request.headers:
        messages.info(request, f"{row} is being set up. This page shows how far it is.")
        return go_to(request, "console:workspace", row.id)
    response = render(request, f"{PAGE}#begun", {"workspace": row, "setup": progress_of(row)})
    response.headers["HX-Trigger"] = CHANGED
    return response


@_creates
@require_safe
def workspace_setup(request: HttpRequest, workspace_id: UUID) -> HttpResponseBase:
    """How far a workspace is, asked for again and again by the sheet until it is ready."""
    row = access_workspace(request, workspace_id)
    response = _setup(request, row)
    if row.state != Workspace.State.BUILDING:
        response.headers["HX-Trigger"] = CHANGED
    return response


@_creates
@require_POST
def workspace_retry(request: HttpRequest, workspace_id: UUID) -> HttpResponseBase:
    """Try again at once what failed."""
    row = access_workspace(request, workspace_id)
    if row.state == Workspace.State.BUILDING:
        setup.retry(row)
    if "HX-Request" in request.headers:
        return _setup(request, row)
    messages.info(request, f"The set-up of {row} goes on.")
    return go_to(request, "console:workspace", row.id)


def _setup(request: HttpRequest, row: Workspace) -> HttpResponseBase:
    context = {"workspace": row, "setup": progress_of(row), "may_create": True}
    return render(request, "console/_setup.html", context)


@_creates
@require_http_methods(["GET", "HEAD", "POST"])
def workspace_owner(request: HttpRequest, workspace_id: UUID) -> HttpResponseBase:
    """Another address for an owner who has not come in, and their invitation once more."""
    row = access_workspace(request, workspace_id)
    owner = owner_of(row)
    if owner is None or owner.accepted:
        messages.error(request, f"The owner of {row} has come in, and looks after their address alone.")
        return go_to(request, "console:workspace", row.id)
    known = {"name": owner.name, "email": owner.email}
    form = OwnerForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        try:
            correct_owner(row, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"We sent an invitation to {row.owner_email}. Older links are dead.")
            return go_to(request, "console:workspace", row.id)
    page = "console/workspace_owner.html"
    context = {"form": form, "workspace": row, "owner": owner}
    return render_in_sheet(request, page, context, status=422 if form.is_bound else 200)
