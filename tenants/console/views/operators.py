"""What only operators have: the resellers, a new one, the state of the ground."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants import lifecycle, queues
from tenants.console import cursors, queries, reseller_list
from tenants.console.access import access_reseller, operator
from tenants.console.domain.resellers import open_with_owner
from tenants.console.domain.staffing import with_troubles
from tenants.console.figures import panels
from tenants.console.forms import ResellerForm, search_words
from tenants.console.sheets import render_in_sheet
from tenants.models import State
from tenants.redirects import go_to
from tenants.schema import pool
from tenants.schema.walls import walls


@operator
@require_safe
def resellers(request: HttpRequest) -> HttpResponseBase:
    """Resellers by name, or those searched for; with a cursor the next page's rows alone."""
    words, state = search_words(request), request.GET.get("state", "")
    after = cursors.read(request.GET.get("after", ""), kind=str)
    found = reseller_list.resellers(words=words, state=state, after=after)
    context = {"resellers": found.rows, "next_cursor": found.next_cursor, "words": words, "state": state}
    if after:
        return render(request, "console/resellers.html#rows", context)
    more = {
        "total": reseller_list.resellers_matching(words=words, state=state).count(),
        "states": reseller_list.states(),
    }
    return render(request, "console/resellers.html", {**context, **more})


@operator
@require_http_methods(["GET", "HEAD", "POST"])
def reseller_new(request: HttpRequest) -> HttpResponseBase:
    """A reseller, its console's host and its first owner, who gets a mail."""
    form = ResellerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            owner = open_with_owner(**form.cleaned_data, invited_by=str(request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                f"{owner.reseller} is created. We sent an invitation to {owner.user.email}, its owner.",
            )
            return go_to(request, "console:resellers")
    page = "console/reseller_new.html"
    return render_in_sheet(request, page, {"form": form}, status=422 if form.is_bound else 200)


@operator
@require_safe
def reseller(request: HttpRequest, reseller_id: UUID) -> HttpResponseBase:
    """One reseller: state, console, staff."""
    row = access_reseller(request, reseller_id)
    context = {
        "reseller": row,
        "consoles": queries.consoles_of(row),
        "staff": with_troubles(queries.staff_of_reseller(row.id)),
        "sums": reseller_list.sums_of(row.id),
        "attention": queries.needing_attention(Q(reseller=row), size=5),
    }
    return render(request, "console/reseller.html", context)


@operator
@require_safe
def reseller_suspend(request: HttpRequest, reseller_id: UUID) -> HttpResponseBase:
    """What suspending this reseller closes, before it is done; in the sheet or as a page."""
    row = access_reseller(request, reseller_id)
    context = {"reseller": row, "workspace_count": queries.open_workspace_count(row)}
    return render_in_sheet(request, "console/reseller_suspend.html", context)


@operator
@require_POST
def reseller_state(request: HttpRequest, reseller_id: UUID) -> HttpResponseBase:
    """Suspend a reseller with all its workspaces, or reactivate it."""
    row = access_reseller(request, reseller_id)
    wanted = request.POST.get("state")
    if wanted == State.SUSPENDED:
        lifecycle.suspend_reseller(row)
        messages.success(request, f"{row} is suspended, and its workspaces with it. Nothing is deleted.")
    elif wanted == State.ACTIVE:
        lifecycle.reactivate_reseller(row)
        messages.success(request, f"{row} is active again, and so are the workspaces that closed with it.")
    else:
        messages.error(request, "A reseller can be suspended or reactivated, nothing else.")
    return go_to(request, "console:reseller", row.id)


@operator
@require_safe
def system(request: HttpRequest) -> HttpResponseBase:
    """The warm pool, the queues, mail and background work, and which walls between workspaces stand."""
    context = {
        "pool": pool.pool(),
        "queues": queues.queues(),
        "missed": queues.missed(),
        "panels": panels(),
        "walls": walls(),
    }
    return render(request, "console/system.html", context)
