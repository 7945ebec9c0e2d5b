"""Sending the browser elsewhere, by an ordinary redirect or as htmx wants to be told."""

from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url


def go_to(request: HttpRequest, where: str, *args: object) -> HttpResponse:
    """To a named page or a path. htmx would swap a followed redirect into the page, so it is told."""
    url = resolve_url(where, *args)
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Off to the sign-in page, and back here afterwards where that makes sense."""
    whole_page = request.method == "GET" and "HX-Request" not in request.headers
    after = request.get_full_path() if whole_page else "/"
    return go_to(request, f"{resolve_url(settings.LOGIN_URL)}?next={quote(after, safe='/')}")
