"""The registry of places: which site has them, who may see them, which one is open."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path

from core.ui import nav
from core.ui.nav import NavItem, NavLink


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


class Urls:
    urlpatterns = [
        path("", page, name="start"),
        path("inbox/", page, name="inbox"),
        path("keys/", page, name="keys"),
    ]


@pytest.fixture(autouse=True)
def empty_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nav, "_items", {})
    monkeypatch.setattr(nav, "_gates", [])


def request_for(url: str) -> HttpRequest:
    request = RequestFactory().get(url)
    vars(request)["urlconf"] = Urls
    return request


def item(key: str, url_name: str = "inbox", **changes: object) -> NavItem:
    facts: dict[str, Any] = {"key": key, "label": key.title(), "icon": "inbox", "url_name": url_name}
    return NavItem(**facts | changes)


def test_it_works() -> None:
    nav.register(item("inbox", order=20, count=lambda request: "12"))
    nav.register(item("home", "start", order=10))
    assert nav.links_for(request_for("/inbox/7/"), site_kind="workspace") == [
        NavLink("home", "Home", "inbox", "/", "", False),
        NavLink("inbox", "Inbox", "inbox", "/inbox/", "12", True),
    ]


def test_a_place_belongs_to_its_kinds_of_site_and_its_section() -> None:
    nav.register(item("inbox"))
    nav.register(item("team", section="settings"))
    assert nav.links_for(request_for("/"), site_kind="reseller") == []
    assert [
        link.key for link in nav.links_for(request_for("/"), site_kind="workspace", section="settings")
    ] == ["team"]


def test_without_a_gate_nobody_sees_what_asks_for_a_right() -> None:
    nav.register(item("keys", "keys", may="manage_keys"))
    assert nav.links_for(request_for("/"), site_kind="workspace") == []


def test_a_gate_decides() -> None:
    nav.register(item("keys", "keys", may="manage_keys"))
    nav.register(item("inbox", may="something_else"))
    nav.register_gate(lambda request, action: action == "manage_keys")
    assert [link.key for link in nav.links_for(request_for("/"), site_kind="workspace")] == ["keys"]


def test_a_place_that_this_site_does_not_serve_is_left_out() -> None:
    nav.register(item("deals", "deals"))
    assert nav.links_for(request_for("/"), site_kind="workspace") == []


def test_two_places_cannot_have_one_key() -> None:
    nav.register(item("inbox"))
    nav.register(item("inbox"))
    with pytest.raises(ValueError, match="already has a place"):
        nav.register(item("inbox", order=3))
