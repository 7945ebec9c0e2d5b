"""Support people coming in by a console's link and leaving again, and the team sending them out.

What they do in between is written down by core/timeline/middleware.py; the console's side is tenants/console.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST, require_safe

from core.accounts import stays
from core.accounts.access import access_stay, member, public, requires, user_for
from core.accounts.rules import Action
from tenants.console.domain.support import NotLetIn, consume
from tenants.console.stays import found, way_back
from tenants.middleware import site_for
from tenants.redirects import go_to


@public
@require_GET
def enter(request: HttpRequest, token: str) -> HttpResponseBase:
    """Use the link up, and go on at once: its address stays in no history and goes to nobody as referrer."""
    bool(request.user.is_authenticated)  # whose browser it was, so that a stay of theirs ends
    try:
        access = consume(token, workspace_id=site_for(request).workspace_id)
    except NotLetIn:
        return render(request, "account/support_refused.html", status=410)
    stay = stays.enter(request, access)
    response = redirect("/")
    stays.remember(response, stay=stay)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@member
@require_POST
def leave(request: HttpRequest) -> HttpResponseBase:
    """Out, and back to the workspace's page in the console. A form leads to another site by htmx only."""
    stay_id = stays.leave(request)
    if stay_id is None:
        return go_to(request, "/")
    back_url = way_back(found(stay_id), left=True)
    if "HX-Request" in request.headers and back_url:
        response = HttpResponse(status=204, headers={"HX-Redirect": back_url})
    else:
        response = render(request, "account/support_left.html", {"back_url": back_url})
    response.delete_cookie(stays.COOKIE)
    return response


@public
@require_safe
def over(request: HttpRequest) -> HttpResponseBase:
    """What a support person finds for any page when their stay is over: how it ended, and a way back."""
    stay_id = stays.remembered(request)
    if stay_id is None or request.user.is_authenticated:
        return redirect("/")
    access = found(stay_id)
    return render(request, "account/support_over.html", {"access": access, "back_url": way_back(access)})


@requires(Action.SEE_ACTIVITY)
@require_POST
def end(request: HttpRequest, stay_id: UUID) -> HttpResponseBase:
    """Send somebody out who is here for support."""
    stay = access_stay(user_for(request), stay_id)
    if stays.end(stay, by=user_for(request)):
        messages.success(request, f"{stay.user} is out, and cannot come back in by the same link.")
    else:
        messages.info(request, f"{stay.user} had left already.")
    return redirect("activity:list")
