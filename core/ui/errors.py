"""Pages for what went wrong: calm, in the site's brand where there is one, with a way out.
The templates stand in templates/ui/errors/; URLconfs name these functions as their handlers.
"""

from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

log = structlog.get_logger(__name__)

BUSY_SECONDS = 10


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


def too_large(request: HttpRequest) -> HttpResponse:
    return _page(request, 413)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 429)


def busy(request: HttpRequest) -> HttpResponse:
    """Too much of a kind goes on at the same time, and this may be asked again in some seconds."""
    response = _page(request, 503)
    response["Retry-After"] = str(BUSY_SECONDS)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page of an expired form: going back and reloading is all that is needed."""
    return _page(request, 403, template="ui/errors/csrf.html")


def _page(request: HttpRequest, status: int, *, template: str = "") -> HttpResponse:
    name = template or f"ui/errors/{status}.html"
    try:
        return HttpResponse(render_to_string(name, request=request), status=status)
    except Exception:
        # The brand comes from the database, which may be what failed: the page then goes out without one.
        log.exception("error_page_without_brand", status=status)
        bare: dict[str, Any] = {}
        return HttpResponse(render_to_string(name, bare), status=status)
