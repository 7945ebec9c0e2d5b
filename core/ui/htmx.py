"""Whether an answer is a whole page or one of its partials.
The browser's half (swap styles, live updates) lives in frontend/.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def wants_partial(request: HttpRequest, target: str = "") -> bool:
    """True for an htmx request that swaps a part of the page, optionally only the part with this element id.

    htmx 4 sends HX-Request-Type "partial" for those and "full" for history restores, and HX-Target as tag#id.
    """
    headers = request.headers
    if headers.get("HX-Request") != "true" or headers.get("HX-History-Restore-Request") == "true":
        return False
    wanted = not target or headers.get("HX-Target", "").partition("#")[2] == target
    return wanted and headers.get("HX-Request-Type") == "partial"


def render_in_sheet(
    request: HttpRequest, page: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A template that extends ui/sheet_page.html: its `sheet` for the side sheet, or the whole page."""
    part = "#sheet" if wants_partial(request, "sheet-body") else ""
    return render(request, f"{page}{part}", context, status=status)
