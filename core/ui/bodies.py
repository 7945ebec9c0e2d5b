"""How much a request may bring along: refused by its header, before a byte of the body is read or kept.

Django bounds a form's fields, not its files, and files go to the disk. Forms have tighter bounds of their
own, and so has the API, which refuses in JSON. A view that takes more says so (tenants/access.py).
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from core.ui.errors import too_large
from tenants.access import Large, large_of

MAX_BODY = 4_000_000
"""Bytes: a logo of 2 MB, and the form around it."""
API = "/api/"

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class BodyLimitMiddleware:
    """413 for what is too large. A body without a length is read by nobody.

    It is asked when the view is known and before the check for forged forms, which reads the body.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        length = request.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length[:20]) <= MAX_BODY or request.path.startswith(API):
            return None
        large = large_of(view)
        if large is None or not _is_taken(request, large, length=int(length[:20])):
            return too_large(request)
        request.upload_handlers = [large.handler(request)]
        return None


def _is_taken(request: HttpRequest, large: Large, *, length: int) -> bool:
    return request.method == "POST" and length <= large.limit() and large.allows(request)
