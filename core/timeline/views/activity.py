"""A workspace's own log, among its settings: who did what, and who was here for support.

The consoles' log is log.py next door.
"""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.accounts.access import requires
from core.accounts.rules import Action
from core.api.paging import BadCursor
from core.timeline import queries
from core.timeline.forms import asked_of, without_cursor
from core.timeline.words import WORKSPACE_KINDS


@requires(Action.SEE_ACTIVITY)
@require_safe
def activity(request: HttpRequest) -> HttpResponseBase:
    """The newest lines, filtered; with a cursor the next page's rows alone."""
    asked = asked_of(request, kinds=WORKSPACE_KINDS)
    try:
        page = queries.entries(asked, after=request.GET.get("after", ""))
    except BadCursor as error:
        raise BadRequest from error
    context = {
        "entries": page.items,
        "next_cursor": page.next_cursor,
        "query": without_cursor(request),
        "asked": asked,
        "kinds": WORKSPACE_KINDS.items(),
    }
    if request.GET.get("after"):
        return render(request, "timeline/activity.html#rows", context)
    context |= {"people": queries.people(), "stays": queries.stays()}
    return render(request, "timeline/activity.html", context)
