"""Entering a client's workspace for support, from either console: what it means, doing it, coming back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tenants.console import stays
from tenants.console.access import access_own_reseller, access_workspace, console, is_operator, person_at
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


@console(ConsoleAction.SEE_WORKSPACES)
@require_safe
def workspace_left(request: HttpRequest, workspace_id: UUID, access_id: UUID) -> HttpResponseBase:
    """Back from a stay: how long it was and where it stands, said on the workspace's page."""
    row = access_workspace(request, workspace_id)
    stay = stays.found(access_id)
    if stay is None or (stay.user_id, stay.workspace_id) != (request.user.pk, row.id):
        raise Http404
    if not stay.is_open:
        words = f"You left {row.name} after {stay.minutes} min. Its admins can read what you did there."
        messages.success(request, words)
    return redirect("console:workspace", row.id)


def _grant(request: HttpRequest, row: Workspace, *, data: dict[str, Any]) -> SupportAccess:
    user: Any = request.user
    return grant(
        row,
        user_id=user.pk,
        person=person_at(request),
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
