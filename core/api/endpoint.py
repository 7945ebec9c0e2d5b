"""The one NinjaAPI, put together from the routers of the apps (deploy/urls names them).

It has no docs page, because those load scripts from elsewhere; the schema is at openapi.json.
"""

from collections.abc import Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Router

from core.api.errors import Problem, add_handlers, with_limits
from tenants.access import View, mark, public


class Api(NinjaAPI):
    """Answers carry the rate limit's headers and are kept by no cache."""

    def create_response(self, request: HttpRequest, data: Any, **options: Any) -> HttpResponse:
        return with_limits(request, super().create_response(request, data, **options))


def build_api(routers: Mapping[str, Router]) -> Api:
    """`/api/v1` with each router under its prefix, such as `{"/leads": leads}`."""
    api = Api(title="API", version="1", docs_url=None, urls_namespace="api-v1")
    add_handlers(api)
    for prefix, router in routers.items():
        api.add_router(prefix, router)
    return api


def guarded_urls(api: Api) -> tuple[list[Any], str, str]:
    """The API's addresses, each marked with who guards it, as every view must be (tenants/access.py)."""
    patterns, app, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            rule = "public" if pattern.name in {"openapi-json", "api-root"} else "API key"
            pattern.callback = mark(_refuse_by_problem(pattern.callback), rule)
    return list(patterns), app, namespace


def _refuse_by_problem(view: View) -> View:
    """Ninja answers a method that does not exist in plain text."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        allow = {"Allow": response.headers["Allow"]}
        return Problem(
            405, code="method_not_allowed", detail="This address has no such method.", headers=allow
        ).response()

    return wrapped


@public
@csrf_exempt
def not_found(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Whatever else is asked for below /api/."""
    return Problem(404, code="not_found", detail="There is no such endpoint.").response()
