"""Which pages may speak to the widget's endpoints: a table of origins, methods, paths; never with cookies."""

import json
from typing import Any

import pytest
from django.test import Client

from core.ui.bodies import LARGEST
from inbox.transports.chat.models import ChatWidget
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.core.ui.test_bodies import Untouchable
from tests.inbox.transports.chat.conftest import SITE, Browser

pytestmark = pytest.mark.usefixtures("redis")

PATHS = ["config", "visitors", "messages", "seen", "contact", "files", "files/back"]
FOREIGN = [
    "",
    "null",
    "*",
    "https://evil.test",
    "http://shop.example",
    "https://shop.example:8443",
    "https://www.shop.example",
    "https://shop.example.evil.test",
    "https://evil-shop.example",
    "https://shop.example/",
    "https://SHOP.example",
    "https://shop.example, https://evil.test",
    f"http://{world.ALICE_HOST}",
    f"http://{world.MALLORY_HOST}",
]


def told(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.items() if name.startswith("Access-Control-")}


@pytest.mark.parametrize("origin", FOREIGN)
def test_other_sites_are_refused_and_told_nothing(widget: ChatWidget, origin: str) -> None:
    client = Client(HTTP_HOST=world.ALICE_HOST)
    headers = {"Origin": origin} if origin else {}
    ask, body = {**headers, "Access-Control-Request-Method": "POST"}, json.dumps({"key": widget.key})
    for path in PATHS:
        answers = [
            client.get(f"/chat/{path}?key={widget.key}", headers=headers),
            client.post(f"/chat/{path}", body, content_type="application/json", headers=headers),
            client.options(f"/chat/{path}", headers=ask),
        ]
        assert [told(answer) for answer in answers] == [{}] * 3, path
        assert {answer.status_code for answer in answers} <= {403, 405}, path
        assert answers[-1].status_code == 403, path
        assert all(answer["Vary"].startswith("Origin") for answer in answers), path


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("config", "GET"),
        ("visitors", "POST"),
        ("messages", "GET, POST"),
        ("seen", "POST"),
        ("contact", "POST"),
        ("files", "POST"),
        ("files/back", "POST"),
    ],
)
def test_a_listed_site_is_let_in_without_cookies(widget: ChatWidget, path: str, methods: str) -> None:
    client = Client(HTTP_HOST=world.ALICE_HOST)
    ask = {"Origin": SITE, "Access-Control-Request-Method": "POST"}
    preflight = client.options(f"/chat/{path}", headers=ask)
    assert preflight.status_code == 204
    assert told(preflight) == {
        "Access-Control-Allow-Origin": SITE,
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": "authorization, content-type, x-file-key, x-file-name",
        "Access-Control-Max-Age": "7200",
        "Access-Control-Expose-Headers": "Retry-After",
    }
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"):
        answer = client.generic(method, f"/chat/{path}", "{}", "application/json", headers={"Origin": SITE})
        assert (answer.status_code == 405) == (method not in methods.split(", ")), method
        assert told(answer) == {
            "Access-Control-Allow-Origin": SITE,
            "Access-Control-Expose-Headers": "Retry-After",
        }


@pytest.mark.parametrize("path", PATHS)
def test_what_is_too_large_is_said_to_listed_sites_alone(widget: ChatWidget, path: str) -> None:
    """Before any door, and before a byte is read."""
    body: dict[str, Any] = {"CONTENT_LENGTH": str(LARGEST + 1), "wsgi.input": Untouchable()}
    client = Client(HTTP_HOST=world.ALICE_HOST)
    kind = "application/octet-stream"
    answers = [
        client.post(f"/chat/{path}", b"x", kind, headers={"Origin": origin}, **body)
        for origin in (SITE, "https://evil.test")
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert [told(answer) for answer in answers] == [
        {"Access-Control-Allow-Origin": SITE, "Access-Control-Expose-Headers": "Retry-After"},
        {},
    ]


def test_two_listed_sites_are_each_told_their_own(widget: ChatWidget, alice_ws: Workspace) -> None:
    with workspace(alice_ws):
        ChatWidget.objects.update(origins=[SITE, "https://other.example"])
    for origin in (SITE, "https://other.example"):
        answer = Browser(origin=origin).get("config", key=widget.key)
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, origin)


def test_a_chat_that_is_off_lets_nobody_in(widget: ChatWidget, alice_ws: Workspace) -> None:
    browser = Browser(key=widget.key).come()
    browser.write()
    with workspace(alice_ws):
        ChatWidget.objects.update(is_active=False)
    assert [browser.get("config", key=widget.key).status_code, browser.get("messages").status_code] == [
        403,
        403,
    ]


def test_without_a_chat_nobody_is_let_in(alice_ws: Workspace) -> None:
    assert Browser().get("config", key="x").status_code == 403


def test_the_consoles_have_no_chat(widget: ChatWidget) -> None:
    for host in (world.ROSA_HOST, world.PLATFORM_HOST):
        assert Browser(host=host).get("config", key=widget.key).status_code == 404


def test_the_script_may_be_loaded_by_any_page(alice_ws: Workspace) -> None:
    answer = Client(HTTP_HOST=world.ALICE_HOST).get("/chat/widget.js")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    text = answer.content.decode()
    assert len(text) < 30_000
    assert [
        word
        for word in ("marque", "innerHTML", "eval(", "import ", "document.cookie")
        if word in text.lower()
    ] == []


class TestClosed:
    """A suspended workspace's chat is closed; one that is past due still takes what customers send."""

    def test_suspended(self, vera: Browser, alice_ws: Workspace) -> None:
        _turn(alice_ws, "suspended")
        answer = vera.write()
        assert (answer.status_code, answer.json()["code"]) == (403, "workspace_closed")
        assert told(answer) == {}

    def test_past_due(self, vera: Browser, alice_ws: Workspace) -> None:
        _turn(alice_ws, "past_due")
        assert vera.write().status_code == 201


def _turn(row: Workspace, state: str) -> None:
    from tenants.context import platform
    from tests.conftest import forget_shared_facts

    with platform():
        Workspace.objects.filter(id=row.id).update(state=state)
    forget_shared_facts()
