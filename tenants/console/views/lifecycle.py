"""A workspace's life in both consoles: its moves, each with a sheet that says what it does.

Which move is whose, and its words, are a table in tenants/console/lifecycle.py; exports are exports.py.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tenants.console.access import access_workspace, console
from tenants.console.forms import TypedNameForm
from tenants.console.lifecycle import ACTS, Act, section
from tenants.console.rules import ConsoleAction
from tenants.console.sheets import render_in_sheet
from tenants.models import Workspace
from tenants.redirects import go_to

PAGE = "console/workspace_act.html"


@console(ConsoleAction.SEE_WORKSPACES)
@require_safe
def life(request: HttpRequest, workspace_id: UUID) -> HttpResponseBase:
    """How it stands alone, asked for again while something runs; elsewhere the workspace's page."""
    row = access_workspace(request, workspace_id)
    if "HX-Request" not in request.headers:
        return go_to(request, "console:workspace", row.id)
    return render(request, "console/_lifecycle.html", {"life": section(request, row)})


@console(ConsoleAction.MARK_PAYMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def payment(request: HttpRequest, workspace_id: UUID, act: str) -> HttpResponseBase:
    """Mark as past due or as paid."""
    return _act(request, access_workspace(request, workspace_id), ACTS[act])


@console(ConsoleAction.ARCHIVE_WORKSPACES)
@require_http_methods(["GET", "HEAD", "POST"])
def closing(request: HttpRequest, workspace_id: UUID, act: str) -> HttpResponseBase:
    """Archive, delete or restore."""
    return _act(request, access_workspace(request, workspace_id), ACTS[act])


def _act(request: HttpRequest, row: Workspace, act: Act) -> HttpResponseBase:
    """What it does, before it is done; a move that does nothing of the kind is not asked about."""
    form = TypedNameForm(request.POST or None, name=row.name) if act.needs_name else None
    if row.state not in act.leaves:
        messages.error(request, f"{row} is {row.get_state_display().lower()}, so nothing was changed.")
    elif request.method == "POST" and (form is None or form.is_valid()):
        if act.run(row):
            messages.success(request, act.said_of(row))
        else:
            messages.error(request, f"It is too late for that with {row}: nothing was changed.")
    elif act.lead is not None:
        return _ask(request, row, act, form=form)
    return go_to(request, "console:workspace", row.id)


def _ask(request: HttpRequest, row: Workspace, act: Act, *, form: TypedNameForm | None) -> HttpResponseBase:
    assert act.lead is not None
    context: dict[str, Any] = {
        "title": act.title.format(row),
        "lead": act.lead(row),
        "note": act.note,
        "button": act.button,
        "form": form,
        "danger": True,
        "action_url": reverse(act.url_name, args=[row.id]),
        "back_url": reverse("console:workspace", args=[row.id]),
    }
    return render_in_sheet(request, PAGE, context, status=422 if form and form.is_bound else 200)
