"""Writes down what a support person does inside a workspace: each page they open, and every write.

What the acts themselves record comes beside it, by domain/append.py; whose request it is, core/accounts says.
"""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from core.accounts.acting import stay_of
from core.accounts.models import SupportSession
from core.api.throttle import hit
from tenants.audit import record

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
COMING_IN = "support:enter"
"""Its line is the stay's own, and its address holds a token."""
PAGE_SECONDS = 60
"""A page that is opened again, refreshed or asked for its parts within this time is one line."""


class SupportLogMiddleware:
    """Stands after accounts'. People of the team cost nothing here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in SAFE:
            bool(request.user.is_authenticated)  # views for strangers may not ask, and a write always counts
        response = self.get_response(request)
        stay = stay_of(request)  # leaving has a line of its own, and the stay is off the request by then
        if stay is not None and _counts(request, stay=stay):
            _note(request, status=response.status_code)
        return response


def _counts(request: HttpRequest, *, stay: SupportSession) -> bool:
    if request.resolver_match is not None and request.resolver_match.view_name == COMING_IN:
        return False
    if request.method not in SAFE:
        return True
    page = hashlib.sha256(request.path.encode()).hexdigest()[:24]
    return hit(f"support:{stay.id}:{page}", limit=1, seconds=PAGE_SECONDS).allowed


def _note(request: HttpRequest, *, status: int) -> None:
    match = request.resolver_match
    ids = {name: str(value) for name, value in (match.kwargs if match else {}).items()}
    record(
        "support.view" if request.method in SAFE else "support.write",
        target=next(iter(ids.values()), ""),
        label=request.path,
        detail={
            "view": match.view_name if match else "",
            "method": str(request.method),
            "ids": ids,
            "status": status,
        },
    )
