"""What every page says about a support person's stay; the frame's other context is core/ui/context.py."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core.accounts.acting import stay_of
from core.accounts.models import SupportSession


def support(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Whose request it is costs a query, and so it is asked by pages that show it only."""
    return {"stay": SimpleLazyObject(lambda: _stay(request))}


def _stay(request: HttpRequest) -> SupportSession | None:
    user = getattr(request, "user", None)
    return stay_of(request) if user is not None and user.is_authenticated else None
