"""How much a request may bring along: refused by its header, before a byte of the body is read or kept.

Django bounds a form's fields, not its files, and files go to the disk. Forms have tighter bounds of their
own, and so has the API, which refuses in JSON. A view that takes more says so: a form with a file by
`takes_large` (tenants/access.py), bytes as they are, which it reads itself, by `takes_body`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase

from core.ui.errors import too_large
from tenants.access import Large, large_of

MAX_BODY = 4_000_000
"""Bytes: a logo of 2 MB, and the form around it."""
LARGEST = 51_000_000
"""What any view may say that it takes."""
API = "/api/"

V = TypeVar("V", bound=Callable[..., Any])

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def takes_body(most: int) -> Callable[[V], V]:
    """The outermost decorator of a view that reads a body of up to so many bytes itself.

    It must not be sent as a form: that would be read whole to look for its token, whoever sends it.
    """
    if most > LARGEST:
        raise ValueError(f"no view takes more than {LARGEST} bytes")

    def decorate(view: V) -> V:
        view.max_body = most  # type: ignore[attr-defined]  # read below
        return view

    return decorate


def refuses_large(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[V], V]:
    """How a view says 413 to what is too large, where whoever asks it reads no page."""

    def decorate(view: V) -> V:
        view.refuse_large = answer  # type: ignore[attr-defined]  # read below
        return view

    return decorate


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
        text = request.headers.get("Content-Length", "")
        length = int(text[:20]) if text.isdecimal() else 0
        if length <= MAX_BODY or request.path.startswith(API):
            return None
        if length <= getattr(view, "max_body", 0) and request.content_type not in _FORMS:
            return None
        large = large_of(view)
        if large is None or not _is_taken(request, large, length=length):
            refused: HttpResponseBase = getattr(view, "refuse_large", too_large)(request)
            return refused
        request.upload_handlers = [large.handler(request)]
        return None


_FORMS = {"multipart/form-data", "application/x-www-form-urlencoded"}


def _is_taken(request: HttpRequest, large: Large, *, length: int) -> bool:
    return request.method == "POST" and length <= large.limit() and large.allows(request)
