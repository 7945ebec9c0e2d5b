"""The door for pages of other sites (Fetch Standard, CORS protocol): those that are listed, without cookies.

Every endpoint of the widget stands behind it; the websocket's Origin is asked by tenants/middleware.py.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from core.accounts.access import public
from core.api.throttle import Verdict, client_network, hit
from core.ui.bodies import refuses_large
from core.ui.errors import BUSY_SECONDS
from inbox.transports.chat.access import NotAllowed, access_widget, is_origin_allowed
from inbox.transports.chat.allowance import NoFiles, Spent
from inbox.transports.chat.models import ChatWidget

Door = Callable[[HttpRequest], HttpResponse]
Endpoint = Callable[[HttpRequest, ChatWidget], HttpResponse]
"""Gets the chat that its door found open, which is read once."""

PREFLIGHT_SECONDS = 7_200
ALLOWED_HEADERS = "authorization, content-type, x-file-key, x-file-name"
MAX_BODY = 32_768
"""Bytes of one request."""


TOO_MANY = "Too many messages at once. Try again in a moment."


class Refused(Exception):
    """An answer that is no success: what the widget is told, and by which status."""

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.body = status, {"code": code, "detail": detail, **more}


TOO_LARGE = Refused(413, "too_large", "That is too large to send.")


def for_other_sites(*, methods: str, limit: int, seconds: int) -> Callable[[Endpoint], Door]:
    """Let listed sites' pages call a view: `limit` times in so many seconds for each network and endpoint."""

    def decorate(view: Endpoint) -> Door:
        @refuses_large(_too_large)
        @public
        @csrf_exempt
        @wraps(view)
        def door(request: HttpRequest) -> HttpResponse:
            origin = request.headers.get("Origin", "")
            widget = access_widget(origin)
            response: HttpResponse
            if request.method not in {*methods.split(", "), "OPTIONS"}:
                response = refusal(Refused(405, "method", "This address takes other requests."))
            elif widget is None:
                response = refusal(Refused(403, "not_listed", "This site is not listed for the chat."))
            elif request.method == "OPTIONS":
                response = _preflight(methods)
            else:
                response = _answered(request, view, widget, limit=limit, seconds=seconds)
            return _told(response, origin=origin if widget else "")

        return cast("Door", door)

    return decorate


def _too_large(request: HttpRequest) -> HttpResponse:
    """For a body that nothing here takes: asked before any door, and told to listed sites alone."""
    origin = request.headers.get("Origin", "")
    return _told(refusal(TOO_LARGE), origin=origin if is_origin_allowed(origin) else "")


def _answered(
    request: HttpRequest, view: Endpoint, widget: ChatWidget, *, limit: int, seconds: int
) -> HttpResponse:
    verdict = hit(f"chat:{view.__name__}:{client_network(request)}", limit=limit, seconds=seconds)
    if not verdict.allowed:
        return too_many(verdict)
    try:
        return view(request, widget)
    except NotAllowed:
        return refusal(Refused(401, "not_allowed", "This is not, or no longer, allowed to chat here."))
    except Refused as error:
        return refusal(error)
    except NoFiles as error:
        return refusal(Refused(403, "no_files", str(error)))
    except Spent as error:
        return too_many(error.verdict, detail=str(error))


def refusal(error: Refused) -> JsonResponse:
    response = JsonResponse(error.body, status=error.status)
    if error.status == 503:
        response["Retry-After"] = str(BUSY_SECONDS)
    return response


def too_many(verdict: Verdict, *, detail: str = TOO_MANY) -> JsonResponse:
    response = refusal(Refused(429, "too_many", detail))
    response["Retry-After"] = str(verdict.reset)
    return response


def _preflight(methods: str) -> HttpResponse:
    headers = {
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": ALLOWED_HEADERS,
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
    }
    return HttpResponse(status=204, headers=headers)


def _told(response: HttpResponse, *, origin: str) -> HttpResponse:
    """Leave to read for this very origin, if it is listed; never for all, and never with cookies."""
    patch_vary_headers(response, ["Origin"])
    if origin:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = "Retry-After"
    return response


def read_body(request: HttpRequest) -> dict[str, str]:
    """A JSON object of texts. Raises Refused."""
    length = request.headers.get("Content-Length", "")
    if length and (not length.isdecimal() or int(length[:12]) > MAX_BODY):
        raise Refused(413, "too_large", "That is too long to send.")
    if request.content_type != "application/json":
        raise Refused(415, "not_json", "Send JSON.")
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Refused(400, "not_json", "This is not JSON.") from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise Refused(400, "not_texts", "Send an object whose values are texts.")
    return found


def checked(form: forms.Form) -> dict[str, Any]:
    """What was sent, checked. Raises Refused with a sentence for each field."""
    if form.is_valid():
        return form.cleaned_data
    fields = {name: str(errors[0]) for name, errors in form.errors.items()}
    raise Refused(422, "not_valid", next(iter(fields.values())), fields=fields)


def bearer(request: HttpRequest) -> str:
    """The visitor's token, or ""."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
