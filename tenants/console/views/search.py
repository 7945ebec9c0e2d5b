"""The operators' search over resellers, workspaces and staff, in the sheet or as a page.

The lists have searches of their own; this one is a key away on every page.
"""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenants.console.access import operator
from tenants.console.finding import SHORTEST, find
from tenants.console.forms import search_words
from tenants.console.sheets import render_in_sheet

PAGE = "console/search.html"


@operator
@require_safe
def search(request: HttpRequest) -> HttpResponseBase:
    """What the words are in; while somebody types, the results alone."""
    words = search_words(request)
    context = {"words": words, "found": find(words), "too_short": len(words) < SHORTEST}
    if request.headers.get("HX-Target", "").endswith("#found"):
        return render(request, f"{PAGE}#found", context)
    return render_in_sheet(request, PAGE, context)
