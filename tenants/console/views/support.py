"""Entering a client's workspace for support, from either console: what it means, and doing it."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tenants.console.access import access_own_reseller, access_workspace, console, is_operator
from tenants.console.domain.support import grant, link_of
from tenants.console.forms import EnterForm
from tenants.console.rules import ConsoleAction
from tenants.console.sheets import render_in_sheet
from tenants.models import SupportAccess, Workspace

PAGE = "console/workspace_enter.html"


@console(ConsoleAction.ENTER_WORKSPACES)
@require_http_methods(["GET", "HEAD", "POST"])
def workspace_enter(request: HttpRequest, workspace_id: UUID) -> HttpResponseBase:
    """Reason and limit, and off into the workspace."""
    row = access_workspace(request, workspace_id)
    form = EnterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _lead(request, _grant(request, row, data=form.cleaned_data))
        except ValidationError as error:
            form.add_error(None, error)
    context = {"workspace": row, "form": form}
    return render_in_sheet(request, PAGE, context, status=422 if form.is_bound else 200)


def _grant(request: HttpRequest, row: Workspace, *, data: dict[str, Any]) -> SupportAccess:
    user: Any = request.user
    return grant(
        row,
        user_id=user.pk,
        person=f"{user} <{user.email}>",
        reseller=None if is_operator(request) else access_own_reseller(request),
        reason=data["reason"],
        minutes=data["minutes"],
    )


def _lead(request: HttpRequest, access: SupportAccess) -> HttpResponseBase:
    """The policy lets no form lead to another site, so without htmx one more click does."""
    url = link_of(access)
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    response = render(request, "console/workspace_entering.html", {"workspace": access.workspace, "url": url})
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
