"""The gate of the API: a living key of this workspace, its scope, its limit, a body of fair size.

Keys are checked in domain/keys.py, counted in throttle.py; what a refusal looks like is errors.py.
"""

from django.http import HttpRequest
from ninja.security import HttpBearer

from core.api.domain.keys import key_of, note_use
from core.api.enums import Scope
from core.api.errors import Problem, too_large, unauthorized
from core.api.models import ApiKey
from core.api.throttle import hit

REQUESTS_PER_MINUTE = 300
MAX_BODY = 256 * 1024
"""Bytes; a lead with a very long message is a tenth of it."""


class ApiKeyAuth(HttpBearer):
    """`Authorization: Bearer crm_…`; raises Problem 401, 403, 413 or 429."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> ApiKey:
        key: ApiKey | None = super().__call__(request)
        if key is None:
            raise unauthorized()
        _check_rate(request, key=key)
        if not key.may(self.scope):
            raise Problem(403, code="missing_scope", detail=f"This key lacks the scope {self.scope.value}.")
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
            raise too_large()
        note_use(key)
        return key

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        return key_of(token)


def _check_rate(request: HttpRequest, *, key: ApiKey) -> None:
    verdict = hit(f"key:{key.id}", limit=REQUESTS_PER_MINUTE, seconds=60)
    request.api_headers = verdict.headers  # type: ignore[attr-defined]  # read by errors.py and endpoint.py
    if not verdict.allowed:
        raise Problem(
            429, code="too_many_requests", detail=f"Too many requests. Try again in {verdict.reset} seconds."
        )
