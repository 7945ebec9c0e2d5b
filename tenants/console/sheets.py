"""Answers that open in the side sheet for htmx and are a page of their own otherwise.

The same for what stands above is core/ui/htmx.py; the templates extend ui/sheet_page.html.
"""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def render_in_sheet(
    request: HttpRequest, page: str, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    """The template's `sheet` alone, or the whole of it."""
    part = "#sheet" if "HX-Request" in request.headers else ""
    return render(request, f"{page}{part}", context, status=status)
