"""A reseller's starter templates: what each brings, a new one from a workspace, words, default, deleting."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants import starters
from tenants.console import queries
from tenants.console.access import (
    access_own_reseller,
    access_starter,
    access_workspace,
    reseller_staff,
    scope,
)
from tenants.console.domain import starters as acts
from tenants.console.forms import StarterForm, search_words
from tenants.console.listing import Wanted
from tenants.console.offers import offer_of, offers
from tenants.console.rules import ConsoleAction
from tenants.console.sheets import render_in_sheet
from tenants.models import StarterTemplate, Workspace
from tenants.redirects import go_to

_manages = reseller_staff(ConsoleAction.MANAGE_STARTERS)
_methods = require_http_methods(["GET", "HEAD", "POST"])
CHOICES = 20
"""How many workspaces are offered to begin a template from; a search finds the others."""


@_manages
@require_safe
def starter_list(request: HttpRequest) -> HttpResponseBase:
    """The reseller's own and the platform's."""
    return render(request, "console/starters.html", {"offers": offers(access_own_reseller(request))})


@_manages
@require_safe
def starter_new(request: HttpRequest) -> HttpResponseBase:
    """Which workspace to begin from: the newest open ones, or those searched for."""
    words = search_words(request)
    found = queries.workspaces(scope(request), Wanted(words=words), size=CHOICES).rows
    usable = [one for one in found if one.row.state == Workspace.State.ACTIVE]
    return render_in_sheet(request, "console/starter_new.html", {"workspaces": usable, "words": words})


@_manages
@_methods
def starter_from(request: HttpRequest, workspace_id: UUID) -> HttpResponseBase:
    """What is taken from this workspace, under which name; and taking it."""
    row = access_workspace(request, workspace_id)
    if row.state != Workspace.State.ACTIVE:
        messages.error(request, f"{row} is not open, so nothing can be taken from it.")
        return go_to(request, "console:starters")
    form = StarterForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = acts.take_from(row, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{made} is ready. New workspaces can begin with it.")
            return go_to(request, "console:starters")
    taken = starters.described(starters.capture(row))
    context = {"form": form, "workspace": row, "taken": taken}
    return render_in_sheet(
        request, "console/starter_from.html", context, status=422 if form.is_bound else 200
    )


@_manages
@_methods
def starter(request: HttpRequest, starter_id: UUID) -> HttpResponseBase:
    """What one brings; an own one's words can be changed."""
    row = access_starter(request, starter_id, own=request.method == "POST")
    words = {"name": row.name, "description": row.description}
    form = StarterForm(request.POST if request.method == "POST" else None, initial=words)
    if form.is_valid():
        try:
            acts.rename(row, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{row} is saved.")
            return go_to(request, "console:starters")
    context = {"form": form, "offer": offer_of(access_own_reseller(request), row)}
    return render_in_sheet(request, "console/starter.html", context, status=422 if form.is_bound else 200)


@_manages
@require_POST
def starter_copy(request: HttpRequest, starter_id: UUID) -> HttpResponseBase:
    """One of the reseller's own with the same content."""
    try:
        made = acts.copy(access_starter(request, starter_id), reseller=access_own_reseller(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"{made} is yours to change.")
    return go_to(request, "console:starters")


@_manages
@require_POST
def starter_default(request: HttpRequest, starter_id: UUID) -> HttpResponseBase:
    """Chosen already where a workspace is made."""
    row = access_starter(request, starter_id, own=True)
    acts.make_default(row)
    messages.success(request, f"New workspaces begin with {row} unless you choose another.")
    return go_to(request, "console:starters")


@_manages
@_methods
def starter_delete(request: HttpRequest, starter_id: UUID) -> HttpResponseBase:
    """What deleting one does, and doing it."""
    row = access_starter(request, starter_id, own=True)
    if request.method == "POST":
        try:
            acts.delete(row)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, f"{row} is deleted.")
        return go_to(request, "console:starters")
    context = {
        "title": f"Delete {row}",
        "lead": _began(offer_of(access_own_reseller(request), row).used),
        "note": f"New workspaces cannot begin with it any more.{_then(request, row)} It cannot be brought"
        " back.",
        "button": "Delete 1 starter template",
        "action_url": reverse("console:starter_delete", args=[row.id]),
        "back_url": reverse("console:starters"),
    }
    return render_in_sheet(request, "ui/ask.html", context)


def _then(request: HttpRequest, row: StarterTemplate) -> str:
    """With what workspaces begin once a default is gone."""
    if not row.is_default:
        return ""
    left = [offer for offer in offers(access_own_reseller(request)) if offer.pk != row.id]
    chosen = next((offer.row.name for offer in left if offer.row.is_default), "")
    return f" {chosen} is the default then." if chosen else " There is no default then."


def _began(used: int) -> str:
    if not used:
        return "No workspace began with it."
    return (
        "1 workspace began with it and keeps what it got."
        if used == 1
        else f"{used} workspaces began with it and keep what they got."
    )
