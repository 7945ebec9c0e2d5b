"""The log in both consoles: an operator reads all of the platform's, a reseller's people their own lines.

A workspace's own log is activity.py next door.
"""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.timeline.forms import asked_of, page_of
from core.timeline.words import CONSOLE_KINDS
from tenants.console.access import console, is_operator, scope
from tenants.console.rules import ConsoleAction


@console(ConsoleAction.SEE_LOG)
@require_safe
def log(request: HttpRequest) -> HttpResponseBase:
    """The newest lines, or those searched for; with a cursor the next page's rows alone."""
    asked = asked_of(request, kinds=CONSOLE_KINDS, addresses=is_operator(request))
    context = {
        **page_of(request, asked=asked, whose=scope(request)),
        "kinds": CONSOLE_KINDS.items(),
        "show_address": asked.addresses,
    }
    part = "#rows" if context["is_next"] else ""
    return render(request, f"timeline/log.html{part}", context)
