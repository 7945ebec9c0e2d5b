"""A reseller makes a workspace for a client: one form, then what was done and how long it took."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tenants.console import queries
from tenants.console.access import access_own_reseller, reseller_staff
from tenants.console.forms import WorkspaceForm
from tenants.console.rules import ConsoleAction
from tenants.models import Reseller
from tenants.provisioning import Provisioned, provision
from tenants.redirects import go_to

PAGE = "console/workspace_new.html"


@reseller_staff(ConsoleAction.CREATE_WORKSPACES)
@require_http_methods(["GET", "HEAD", "POST"])
def workspace_new(request: HttpRequest) -> HttpResponseBase:
    """The form in the sheet or as a page, and the answer to it."""
    form = WorkspaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _answer(request, _provision(access_own_reseller(request), data=form.cleaned_data))
        except ValidationError as error:
            form.add_error("address", error.messages)
    part = "#sheet" if "HX-Request" in request.headers else ""
    context = {"form": form, "base_host": settings.BASE_HOST}
    return render(request, f"{PAGE}{part}", context, status=422 if form.is_bound else 200)


def _provision(reseller: Reseller, *, data: dict[str, Any]) -> Provisioned:
    return provision(
        reseller=reseller,
        name=data["name"],
        host=data["host"],
        owner_email=data["owner_email"],
        owner_name=data["owner_name"],
    )


def _answer(request: HttpRequest, done: Provisioned) -> HttpResponseBase:
    """What was done, in the sheet; without one, or while it still has to wait, the workspace's own page."""
    row = done.workspace
    if not done.ready:
        messages.info(request, f"{row} is being set up. This page shows how far it is.")
    elif "HX-Request" not in request.headers:
        messages.success(request, f"{row} was ready in {done.seconds:.2f} s. Its owner gets a mail.")
    else:
        context = {"workspace": row, "url": done.url, "seconds": done.seconds, "steps": queries.steps_of(row)}
        response = render(request, f"{PAGE}#done", context)
        response.headers["HX-Trigger"] = "workspaces-changed"  # the list behind the sheet
        return response
    return go_to(request, "console:workspace", row.id)
