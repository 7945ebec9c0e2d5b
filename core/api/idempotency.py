"""The `Idempotency-Key` header: a client's own name for one attempt, so that it may safely be repeated.

What was stored under it is remembered by the domain (a lead by inbox/conversations/domain/capture.py).
"""

from django.http import HttpRequest

from core.api.errors import Problem

MAX_LENGTH = 200


def idempotency_key(request: HttpRequest) -> str:
    """The header's value, "" without one. Raises Problem 400 when it is not 1 to 200 printable ASCII."""
    value = request.headers.get("Idempotency-Key")
    if value is None:
        return ""
    value = value.strip()
    if not value or len(value) > MAX_LENGTH or not value.isascii() or not value.isprintable():
        raise Problem(
            400,
            code="bad_idempotency_key",
            detail=f"Idempotency-Key takes 1 to {MAX_LENGTH} printable ASCII characters.",
        )
    return value


def key_reused() -> Problem:
    """The same key came with another body: the client has a mistake that must not stay hidden."""
    return Problem(
        422, code="idempotency_key_reused", detail="This Idempotency-Key was used before with another body."
    )
