"""Error pages: in the site's brand, with a way out, and still there when the database is what failed."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject
from django.utils.html import escape

from core.ui import errors
from tenants import sites

HANDLERS: list[tuple[Callable[[HttpRequest], HttpResponse], int, str]] = [
    (errors.bad_request, 400, "That request did not make sense"),
    (errors.forbidden, 403, "This is not yours to open"),
    (errors.not_found, 404, "There is nothing here"),
    (errors.too_large, 413, "That is too large"),
    (errors.too_many, 429, "A short pause, please"),
    (errors.busy, 503, "One moment, please"),
    (errors.server_error, 500, "That went wrong on our side"),
    (errors.csrf_failure, 403, "This form has expired"),
]


@pytest.mark.parametrize(("handler", "status", "heading"), HANDLERS)
def test_it_works(
    db: None, handler: Callable[[HttpRequest], HttpResponse], status: int, heading: str
) -> None:
    site = sites.resolve("alice.test")
    assert site is not None
    response = handler(request_of(site))
    text = response.content.decode()
    assert response.status_code == status
    assert f"<h1>{heading}</h1>" in text
    assert escape(site.name) in text


@pytest.mark.parametrize(("handler", "status", "heading"), HANDLERS)
def test_it_stands_without_site_and_database(
    handler: Callable[[HttpRequest], HttpResponse], status: int, heading: str
) -> None:
    def broken() -> object:
        raise ConnectionError("the database is away")

    response = handler(request_of(SimpleLazyObject(broken)))
    assert response.status_code == status
    assert f"<h1>{heading}</h1>" in response.content.decode()


def request_of(site: object) -> HttpRequest:
    """A request as SiteMiddleware hands it on."""
    request = RequestFactory().get("/")
    vars(request)["site"] = site
    return request
