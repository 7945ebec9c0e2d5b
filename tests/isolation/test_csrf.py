"""Requests that another site makes a browser send: every address that changes something refuses them.

The websocket's door, which has no token, is tests/core/realtime/test_door.py.
"""

from collections.abc import Callable

import pytest
from django.test import Client
from redis import Redis

from core.accounts.models import User
from tenants.models import Workspace
from tests import world
from tests.isolation.attempts import FORM, JSON, PLAIN, UNSAFE
from tests.isolation.fingerprint import Fingerprint
from tests.isolation.planted import Planted
from tests.isolation.routes import SITES, Route, routes

EXEMPT = {
    "f/<slug:slug>/": "strangers send it from other people's sites; a signed token in the page stands for it",
    "f/<slug:slug>/confirm/<str:token>/": "opened from a mail; the signed token stands for it",
    "mail/mailgun/mime": "a mail provider posts it: the installation's secret and its signature stand for it",
    "mail/mailgun/events": "the same",
    "mail/postmark/inbound": "the same, by the secret alone: Postmark signs nothing",
    "mail/postmark/events": "the same",
    "chat/config": "read by pages of other sites; no cookie is, and the Origin is asked (chat/cors.py)",
    "chat/visitors": "the same: a listed Origin and the widget's key stand for it",
    "chat/messages": "the same: a listed Origin and the visitor's token stand for it",
    "chat/seen": "the same",
    "chat/contact": "the same",
    "chat/files": "the same",
    "chat/files/back": "the same",
    "api/v1/leads": "no cookie is read: a key in a header is what opens the API",
    "api/": "answers 404 to everybody",
    "api/<path:rest>": "the same",
}
"""Addresses that take a POST without a CSRF token, each with its reason."""

TOKEN = "t" * 32

ORIGINS = (
    "null",
    "https://evil.test",
    f"http://{world.MALLORY_HOST}",
    f"http://{world.ROSA_HOST}",
    f"http://evil-{world.ALICE_HOST}",
    f"http://{world.ALICE_HOST}.evil.test",
    f"http://sub.{world.ALICE_HOST}",
    f"https://{world.ALICE_HOST}",
    f"http://{world.ALICE_HOST}:8081",
)


def guarded(*sites: str) -> list[Route]:
    return [route for route in routes(*sites) if not getattr(route.view, "csrf_exempt", False)]


def test_who_is_exempt_is_written_down() -> None:
    exempt = {route.template for route in routes(*SITES) if getattr(route.view, "csrf_exempt", False)}
    assert exempt == set(EXEMPT)


@pytest.fixture
def strict(client_for: Callable[..., Client], alice: User) -> Client:
    """Alice's browser, with Django's check of forged forms in force."""
    client = client_for(alice)
    client.handler.enforce_csrf_checks = True
    return client


@pytest.mark.parametrize("kind", [FORM, JSON, PLAIN, "multipart/form-data; boundary=x"])
def test_without_a_token_nothing_is_done(strict: Client, ours: Planted, redis: Redis, kind: str) -> None:
    body = b'{"state": "resolved"}' if "json" in kind or "plain" in kind else b"state=resolved"
    wrong = {}
    for route in guarded("workspace"):
        for method in UNSAFE:
            response = strict.generic(method, route.path(route.own(ours)), body, content_type=kind)
            if response.status_code != 403:
                wrong[f"{method} {route}"] = response.status_code
    assert wrong == {}


def test_nor_on_the_consoles(
    client_for: Callable[..., Client], rosa: User, olga: User, our_side: Planted, redis: Redis
) -> None:
    wrong = {}
    for site, who in (("reseller", rosa), ("platform", olga)):
        client = client_for(who)
        client.handler.enforce_csrf_checks = True
        for route in guarded(site):
            response = client.post(route.path(route.own(our_side)), {"state": "suspended"})
            if response.status_code != 403:
                wrong[str(route)] = response.status_code
    assert wrong == {}


def test_a_page_of_another_origin_cannot_use_a_true_token(
    strict: Client, ours: Planted, alice_ws: Workspace, redis: Redis
) -> None:
    """A token can be tossed in from a sibling host; the Origin says who sent the form."""
    strict.cookies["csrf"] = TOKEN
    watch = Fingerprint(alice_ws)
    before, wrong = watch.look(), {}
    for route in guarded("workspace"):
        for origin in ORIGINS:
            form = {"csrfmiddlewaretoken": TOKEN, "state": "resolved", "name": "taken over"}
            response = strict.post(route.path(route.own(ours)), form, headers={"Origin": origin})
            if response.status_code != 403:
                wrong[f"{route} from {origin}"] = response.status_code
    assert wrong == {}
    assert watch.look() == before


def test_with_its_own_token_and_origin_it_works(strict: Client, ours: Planted, redis: Redis) -> None:
    strict.cookies["csrf"] = TOKEN
    own = {"Origin": f"http://{world.ALICE_HOST}"}
    answer = strict.post("/account/profile/", {"csrfmiddlewaretoken": TOKEN, "name": "Alice"}, headers=own)
    assert answer.status_code == 302


def test_no_other_origin_is_let_in_to_read(strict: Client, ours: Planted, redis: Redis) -> None:
    """Neither a simple request nor a preflight is answered with leave to read, let alone with cookies."""
    told = {}
    for route in routes("workspace"):
        for method in ("GET", "OPTIONS"):
            ask = {"Origin": "https://evil.test", "Access-Control-Request-Method": "POST"}
            response = strict.generic(method, route.path(route.own(ours)), headers=ask)
            allowed = [name for name, _ in response.items() if name.lower().startswith("access-control-")]
            if allowed:
                told[f"{method} {route}"] = allowed
    assert told == {}
