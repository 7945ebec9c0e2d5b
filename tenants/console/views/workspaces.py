"""Workspaces in both consoles: the overview, the list, one of them, suspending and reactivating it.

What differs is the scope (access.py): an operator's is everybody, a reseller's their own clients.
"""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tenants import states
from tenants.console import columns, exports, queries, stays
from tenants.console.access import access_workspace, console, is_operator, may, scope, side_of
from tenants.console.acts import acts_on, may_take_over
from tenants.console.asking import heads, health_chips, query_of, sorts, state_chips, wanted_by
from tenants.console.figures import figures_for
from tenants.console.lifecycle import section
from tenants.console.listing import Wanted, tally
from tenants.console.progress import progress_of
from tenants.console.rules import ConsoleAction
from tenants.console.sheets import render_in_sheet
from tenants.facts import freshen
from tenants.models import Workspace
from tenants.owners import owner_of
from tenants.redirects import go_to
from tenants.states import ANY_OPEN

LOOKS = 20
"""How often a page asks whether newer figures have come, every two seconds."""


@console(ConsoleAction.SEE_WORKSPACES)
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Figures, who needs somebody to look, and the newest workspaces."""
    whose = scope(request)
    context = {
        "figures": figures_for(request),
        "attention": queries.needing_attention(whose),
        "newest": queries.workspaces(whose, Wanted(lively=True), size=8).rows,
        **_rights(request),
    }
    return render(request, "console/home.html", context)


@console(ConsoleAction.SEE_WORKSPACES)
@require_safe
def workspaces(request: HttpRequest) -> HttpResponseBase:
    """The list as the address asks for it; with a cursor the next page's rows alone."""
    wanted = wanted_by(request, wide=is_operator(request))
    found = queries.workspaces(scope(request), wanted)
    context = {
        "workspaces": found.rows,
        "columns": columns.columns(),
        "next_url": query_of(wanted, after=found.next_cursor) if found.next_cursor else "",
        **_rights(request),
    }
    if wanted.after:
        return render(request, "console/workspaces.html#rows", context)
    return render(request, "console/workspaces.html", {**context, **_around(request, wanted=wanted)})


def _around(request: HttpRequest, *, wanted: Wanted) -> dict[str, Any]:
    """What stands around the rows: counts, chips, heads."""
    counted = tally(scope(request), wanted=wanted)
    found = heads(wanted)
    return {
        "wanted": wanted,
        "total": counted.total,
        "chips": [*health_chips(wanted, tally=counted), *state_chips(wanted, tally=counted)],
        "heads": found,
        "column_heads": [found.get(column.key, column) for column in columns.columns()],
        "sorts": sorts(wanted),
        "filtered": bool(wanted.words or wanted.state or wanted.health),
    }


@console(ConsoleAction.SEE_WORKSPACES)
@require_safe
def workspace(request: HttpRequest, workspace_id: UUID) -> HttpResponseBase:
    """One workspace: health, facts, set-up, addresses. While it is set up, its steps are asked for alone."""
    row = access_workspace(request, workspace_id)
    building = row.state == Workspace.State.BUILDING and not row.archive
    alone = "steps" in request.GET
    if alone and not building:
        return go_to(request, "console:workspace", row.id)
    context = {
        "workspace": row,
        "setup": progress_of(row),
        "owner": None if alone else owner_of(row),
        "building": building,
        "settled": row.state in ANY_OPEN,
        **_rights(request),
    }
    if alone:
        return render(request, "console/workspace.html#steps", context)
    about = {
        "acts": acts_on(request, row),
        "life": section(request, row),
        "exports": exports.section(request, row),
        "stays": stays.newest(row),
        "domains": queries.addresses_of(row),
    }
    return render(request, "console/workspace.html", {**context, **about, **_figures(row)})


@console(ConsoleAction.SEE_WORKSPACES)
@require_safe
def workspace_figures(request: HttpRequest, workspace_id: UUID) -> HttpResponseBase:
    """Health and figures alone, asked for until newer ones are there; elsewhere the workspace's page."""
    row = access_workspace(request, workspace_id)
    asked = request.GET.get("asked", "")
    if "HX-Request" not in request.headers:
        return go_to(request, "console:workspace", row.id)
    context = _figures(row, asked=int(asked) if re.fullmatch("[0-9]{1,3}", asked) else LOOKS)
    return render(request, "console/_about.html", {**context, **_rights(request)})


def _figures(row: Workspace, *, asked: int = 0) -> dict[str, Any]:
    """What is known, and whether the page is to ask again: old figures are being gathered anew.

    After so many times it gives up, or a page left open would ask for ever while no worker is there.
    """
    looked = queries.looked_at(row)
    awaited = asked < LOOKS and freshen(row, gathered_at=looked.facts.gathered_at)
    return {
        "workspace": row,
        "looked": looked,
        "columns": columns.columns(),
        "ask": asked + 1 if awaited else 0,
    }


ACTS: dict[str, Callable[..., bool]] = {
    Workspace.State.SUSPENDED: states.suspend,
    Workspace.State.ACTIVE: states.reactivate,
}
DONE: dict[str, str] = {
    Workspace.State.SUSPENDED: "is suspended. Its people see a notice, and nothing is deleted.",
    Workspace.State.ACTIVE: "is active again.",
}
WHO_LIFTS = {
    Workspace.Side.PLATFORM: "Only the platform can reactivate it then.",
    Workspace.Side.RESELLER: "You can reactivate it at any time.",
}
NOT_YET: dict[str, str] = {
    Workspace.State.SUSPENDED: "Suspend it when it is ready.",
    Workspace.State.ACTIVE: "It opens by itself when it is ready.",
}


@console(ConsoleAction.SUSPEND_WORKSPACES)
@require_safe
def workspace_suspend(request: HttpRequest, workspace_id: UUID) -> HttpResponseBase:
    """What suspending this client does, before it is done; in the sheet or as a page."""
    row = access_workspace(request, workspace_id)
    takes_over = may_take_over(request, row)
    if row.state not in Workspace.OPEN and not takes_over:
        return go_to(request, "console:workspace", row.id)
    people = 0 if takes_over else queries.people_count(row)
    context = {
        "title": f"Suspend {row}",
        "lead": f"{people} {'person is' if people == 1 else 'people are'} signed out; nothing is deleted.",
        "note": f"Its forms are closed and its mail waits. {WHO_LIFTS[side_of(request)]}",
        "button": "Suspend 1 workspace",
        "state": Workspace.State.SUSPENDED,
        "action_url": reverse("console:workspace_state", args=[row.id]),
        "back_url": reverse("console:workspace", args=[row.id]),
    }
    if takes_over:
        context["lead"] = f"{row} stays suspended, and {row.reseller} can no longer reactivate it."
    return render_in_sheet(request, "ui/ask.html", context)


@console(ConsoleAction.SUSPEND_WORKSPACES)
@require_POST
def workspace_state(request: HttpRequest, workspace_id: UUID) -> HttpResponseBase:
    """Suspend a client, or reactivate it; what is said is how the row stands afterwards."""
    row = access_workspace(request, workspace_id)
    wanted = request.POST.get("state", "")
    try:
        problem = _moved(row, wanted, by=side_of(request))
    except ValidationError as error:
        problem = " ".join(error.messages)
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, f"{row} {DONE[wanted]}")
    return go_to(request, "console:workspace", row.id)


def _moved(row: Workspace, wanted: str, *, by: Workspace.Side) -> str:
    """What stands in the way, or "". Raises ValidationError for a suspension that is not theirs to lift."""
    act = ACTS.get(wanted)
    if act is None:
        return "A workspace can be suspended or reactivated, nothing else."
    act(row, by=by)
    if row.state == wanted:
        return ""
    if row.state == Workspace.State.BUILDING:
        return f"{row} is still being set up. {NOT_YET[wanted]}"
    return f"{row} is {row.get_state_display().lower()}, so nothing was changed."


def _rights(request: HttpRequest) -> dict[str, Any]:
    return {
        "show_reseller": is_operator(request),
        "may_create": may(request, ConsoleAction.CREATE_WORKSPACES),
        "may_import": may(request, ConsoleAction.IMPORT_WORKSPACES),
        "may_move": may(request, ConsoleAction.MOVE_WORKSPACES),
    }
