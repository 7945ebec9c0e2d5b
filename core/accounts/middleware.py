"""Puts the signed-in person on each request, and refuses every view that nobody guarded.

Sessions are ended in signed_in.py; the guards are access.py and tenants/console/access.py.
"""

from collections.abc import Callable
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from core.accounts.acting import acting
from core.accounts.signed_in import user_of
from core.accounts.stays import COOKIE, remembered
from tenants.access import PUBLIC, rule_of
from tenants.redirects import go_to

log = structlog.get_logger(__name__)


class AccountsMiddleware:
    """Stands after sessions. `request.user` costs nothing until somebody asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.user = SimpleLazyObject(lambda: user_of(request))  # type: ignore[assignment]  # as Django's own does
        with acting(request):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Deny unless listed: a forgotten guard is a 403 in everybody's face, not a leak."""
        rule = rule_of(view)
        if rule is None:
            log.error("view_without_guard", view=getattr(view, "__qualname__", repr(view)))
            raise PermissionDenied
        if rule != PUBLIC and _had_a_stay(request):
            return go_to(request, "support:over")
        return None


def _had_a_stay(request: HttpRequest) -> bool:
    """Whoever was here for support and is no more is told so, instead of being asked to sign in."""
    return COOKIE in request.COOKIES and not request.user.is_authenticated and remembered(request) is not None
