"""Writes down what a support person does inside a workspace: each page they open, and every write.

An act that records itself (domain/append.py) is its own line; whose request it is, core/accounts says.
"""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from core.accounts.acting import has_recorded, stay_of
from core.accounts.models import SupportSession
from core.api.throttle import hit
from core.timeline.visits import BYPRODUCTS, name_of
from tenants.audit import record

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
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
        if stay is not None and _counts(request, stay=stay, status=response.status_code):
            _note(request, status=response.status_code)
        return response


def _counts(request: HttpRequest, *, stay: SupportSession, status: int) -> bool:
    if request.resolver_match is not None and request.resolver_match.view_name in BYPRODUCTS:
        return False
    if request.method not in SAFE:
        return status >= 400 or not has_recorded(request)
    page = hashlib.sha256(request.path.encode()).hexdigest()[:24]
    return hit(f"support:{stay.id}:{page}", limit=1, seconds=PAGE_SECONDS).allowed


def _note(request: HttpRequest, *, status: int) -> None:
    match = request.resolver_match
    arguments = match.kwargs if match else {}
    # A token is a key to something else, and whoever reads the log has no business with it.
    ids = {name: str(value) for name, value in arguments.items() if name != "token"}
    name = name_of(arguments)
    record(
        "support.view" if request.method in SAFE else "support.write",
        target=next(iter(ids.values()), ""),
        label=name,
        detail={
            "view": match.view_name if match else "",
            "method": str(request.method),
            "path": "" if "token" in arguments else request.path[:250],
            "name": name,
            "ids": ids,
            "status": status,
        },
    )
