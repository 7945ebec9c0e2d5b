"""A workspace's own log, among its settings: who did what, and who was here for support.

The consoles' log is log.py next door.
"""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.accounts.access import requires
from core.accounts.rules import Action
from core.timeline import queries
from core.timeline.forms import asked_of, page_of
from core.timeline.words import WORKSPACE_KINDS


@requires(Action.SEE_ACTIVITY)
@require_safe
def activity(request: HttpRequest) -> HttpResponseBase:
    """The newest lines, filtered; with a cursor the next page's rows alone."""
    asked = asked_of(request, kinds=WORKSPACE_KINDS, addresses=True)
    context = {**page_of(request, asked=asked), "kinds": WORKSPACE_KINDS.items()}
    if context["is_next"]:
        return render(request, "timeline/activity.html#rows", context)
    context |= {"people": queries.people(), "stays": queries.stays()}
    return render(request, "timeline/activity.html", context)
