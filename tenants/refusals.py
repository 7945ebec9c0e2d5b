"""What the door says instead of a page: the site is closed, or it can be read and not written to.

Who is refused when is middleware.py's; programs are answered with a problem document (RFC 9457).
"""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tenants.models import Workspace
from tenants.sites import Site

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
REFUSAL = "X-Refusal"
"""Why, in one word, for the browser's half (core/ui/frontend/requests.ts)."""


def is_closed(request: HttpRequest, site: Site) -> bool:
    """Whether nothing is shown here; what its notice is drawn with is served all the same."""
    return not site.is_open and not request.path.startswith(settings.OPEN_PATHS)


def closed(request: HttpRequest, site: Site) -> HttpResponse:
    """What stands where a closed site was; its customers, who may have it framed, learn less."""
    if request.path.startswith(settings.API_PATHS):
        return _problem("workspace_closed", "This workspace is not available at the moment.")
    if not (site.is_workspace and request.path.startswith(settings.FORM_PATHS)):
        page = "ui/suspended.html" if site.state == Workspace.State.SUSPENDED else "ui/closed.html"
        return render(request, page, status=403)
    embedded = request.GET.get("embed") == "1"
    response = render(request, "ui/closed_form.html", {"brand": None, "embedded": embedded}, status=410)
    response.xframe_options_exempt = embedded  # as Django's decorator does
    return response


def writes_where_it_may_not(request: HttpRequest, site: Site) -> bool:
    """Whether this would change something of a workspace that is read-only.

    Coming in and going out stays possible, and what its customers send is never lost.
    """
    open_to_all = (*settings.READ_ONLY_PATHS, *settings.FORM_PATHS)
    return site.is_read_only and request.method not in SAFE and not request.path.startswith(open_to_all)


def read_only(request: HttpRequest, site: Site) -> HttpResponse:
    """Nothing was changed, why, and what to do: for a program, for htmx, or as a page."""
    if request.path.startswith(settings.API_PATHS):
        response = _problem("read_only", "This workspace is read-only: a payment is past due.")
    elif "HX-Request" in request.headers:
        response = HttpResponse(status=403)
    else:
        response = render(request, "ui/read_only.html", status=403)
    response.headers[REFUSAL] = "read-only"
    return response


def _problem(code: str, detail: str) -> HttpResponse:
    body = {"type": "about:blank", "title": "Forbidden", "status": 403, "code": code, "detail": detail}
    return HttpResponse(json.dumps(body), status=403, content_type="application/problem+json")
