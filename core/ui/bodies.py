"""How much a request may bring along: refused by its header, before a byte of the body is read or kept.

Django bounds a form's fields, not its files, and files go to the disk. Forms have tighter bounds of their
own, and so has the API, which refuses in JSON.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from core.ui.errors import too_large

MAX_BODY = 4_000_000
"""Bytes: a logo of 2 MB, and the form around it."""
API = "/api/"

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class BodyLimitMiddleware:
    """413 for what is too large. A body without a length is read by nobody."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length[:20]) > MAX_BODY and not request.path.startswith(API):
            return too_large(request)
        return self.get_response(request)
