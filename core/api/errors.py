"""Errors as problem documents (RFC 9457), with each bad field named.

Which errors exist is up to the endpoints; they raise Problem, or ninja's own exceptions, which are turned
into the same shape by `add_handlers`.
"""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

log = structlog.get_logger(__name__)

NINJA_CANNOT_PARSE = "Cannot parse request body"
_PLAINER = {
    "missing": "This field is required.",
    "extra_forbidden": "There is no such field.",
    "json_invalid": "This is not valid JSON.",
    "model_attributes_type": "Send a JSON object.",
}


class Problem(Exception):
    """An answer that says what went wrong. `code` is for programs, `detail` for people."""

    def __init__(
        self,
        status: int,
        *,
        code: str,
        detail: str,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.headers = list(errors), dict(headers or {})

    def response(self) -> HttpResponse:
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = self.errors
        return HttpResponse(
            json.dumps(body),
            status=self.status,
            content_type="application/problem+json",
            headers=self.headers,
        )


def invalid(errors: Sequence[Mapping[str, str]]) -> Problem:
    """The problem of fields that cannot be accepted."""
    return Problem(422, code="invalid_fields", detail="Some fields are not valid.", errors=errors)


def unauthorized() -> Problem:
    return Problem(
        401,
        code="no_valid_key",
        detail="Send a valid API key of this workspace as `Authorization: Bearer …`.",
        headers={"WWW-Authenticate": "Bearer"},
    )


def field_errors(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Pydantic's errors as `{field, detail}`, the field as it is written in the body."""
    found = []
    for error in errors:
        path = [str(part) for part in error["loc"]]
        field = ".".join(path[2:] if path[0] == "body" and len(path) > 2 else path[1:]) or path[0]
        message = _PLAINER.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")
        found.append({"field": field, "detail": message})
    return found


def problem_of(error: Exception) -> Problem:
    """The problem an exception stands for; one we did not foresee says nothing about its cause."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationError):
        return invalid(field_errors(error.errors))
    if isinstance(error, AuthenticationError):
        return unauthorized()
    if isinstance(error, RequestDataTooBig):
        return too_large()
    if isinstance(error, Http404):
        return Problem(404, code="not_found", detail="There is nothing here.")
    if isinstance(error, HttpError):
        detail = _PLAINER["json_invalid"] if error.message.startswith(NINJA_CANNOT_PARSE) else error.message
        return Problem(error.status_code, code="bad_request", detail=detail)
    log.exception("api_error", exc_info=error)
    return Problem(500, code="server_error", detail="Something went wrong on our side.")


def too_large() -> Problem:
    return Problem(413, code="too_large", detail="The body is larger than this endpoint takes.")


def with_limits(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with the headers of the limit that the request was counted under (auth.py)."""
    for name, value in getattr(request, "api_headers", {}).items():
        response.headers.setdefault(name, value)
    return response


def add_handlers(api: NinjaAPI) -> None:
    """Let every error of this API leave as a problem document."""

    def handle(request: HttpRequest, error: Any) -> HttpResponse:
        return with_limits(request, problem_of(error).response())

    for kind in (Exception, Problem, HttpError, AuthenticationError, ValidationError, Http404):
        api.add_exception_handler(kind, handle)
