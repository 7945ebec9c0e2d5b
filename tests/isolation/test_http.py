"""A workspace's site, every address by every method, with another workspace's ids: nothing gets out.

A new address is walked from the day it is in a URLconf. The reseller's consoles are test_resellers.py; that
the walker sees leaks is test_walker.py.
"""

from collections.abc import Callable

import pytest
from django.test import Client
from redis import Redis

from core.accounts.models import User
from core.api.domain.keys import make_key
from core.api.enums import Scope
from tenants.context import platform, workspace
from tenants.models import Workspace
from tests import world
from tests.conftest import rolled_back
from tests.isolation.attempts import page_input, valid_input
from tests.isolation.fingerprint import Fingerprint
from tests.isolation.planted import Planted
from tests.isolation.reads import view_reads
from tests.isolation.routes import SITES, Route, Unfilled, routes
from tests.isolation.walker import Walker
from tests.support import enter

SLICES = 8  # so that several processes can share the walk
ALL = routes("workspace")


@pytest.fixture
def sides(theirs: Planted, their_side: Planted) -> list[Planted]:
    return [theirs, their_side]


@pytest.fixture
def watch(mallory_ws: Workspace, their_side: Planted) -> Fingerprint:
    return Fingerprint(mallory_ws, their_side, alone=True)


def test_every_address_can_be_filled(ours: Planted) -> None:
    def problem(route: Route) -> str:
        try:
            route.path(route.own(ours))
        except Unfilled as unfilled:
            return f"{route}: {unfilled}"
        return ""

    assert [said for route in routes("workspace", "reseller", "platform") if (said := problem(route))] == []
    assert len(ALL) > 40


@pytest.mark.parametrize("number", range(SLICES))
def test_an_admin_gets_nothing_of_another_workspace(
    client_for: Callable[..., Client],
    alice: User,
    ours: Planted,
    sides: list[Planted],
    watch: Fingerprint,
    redis: Redis,
    number: int,
) -> None:
    walker = Walker(client_for(alice), ours=ours, theirs=sides, watch=watch, redis=redis)
    assert [str(finding) for finding in walker.walk(ALL[number::SLICES])] == []
    assert walker.client.get("/account/profile/").status_code == 200


@pytest.mark.parametrize("who", ["bob", "charlie", "support", "nobody"])
def test_neither_does_anybody_who_may_less(
    client_for: Callable[..., Client],
    request: pytest.FixtureRequest,
    alice_ws: Workspace,
    ours: Planted,
    sides: list[Planted],
    watch: Fingerprint,
    redis: Redis,
    who: str,
) -> None:
    client = Client(HTTP_HOST=world.ALICE_HOST)
    if who == "support":
        client = enter(request.getfixturevalue("rosa"), alice_ws)
    elif who != "nobody":
        client = client_for(request.getfixturevalue(who))
    walker = Walker(client, ours=ours, theirs=sides, watch=watch, redis=redis)
    walker.strange = who == "nobody"
    assert [str(finding) for finding in walker.walk(ALL, light=True)] == []
    assert (client.get("/").headers.get("Location", "") == "/account/login/?next=/") is walker.strange


def test_neither_does_a_program_with_a_key(
    alice: User,
    alice_ws: Workspace,
    ours: Planted,
    sides: list[Planted],
    watch: Fingerprint,
    redis: Redis,
) -> None:
    with workspace(alice_ws):
        _, key = make_key(name="A program", scopes=list(Scope), created_by=alice)
    client = Client(HTTP_HOST=world.ALICE_HOST, HTTP_AUTHORIZATION=f"Bearer {key}")
    walker = Walker(client, ours=ours, theirs=sides, watch=watch, redis=redis)
    api = [route for route in ALL if route.template.startswith("api/")]
    assert [str(finding) for finding in walker.walk(api)] == []
    assert 201 in walker.statuses["POST workspace /api/v1/leads"]


KINDS = {
    world.MALLORY_HOST: "workspace",
    world.ROSA_HOST: "reseller",
    world.RITA_HOST: "reseller",
    world.PLATFORM_HOST: "platform",
}


@pytest.mark.parametrize("host", KINDS)
def test_our_cookie_opens_no_other_site(
    client_for: Callable[..., Client],
    alice: User,
    theirs: Planted,
    their_side: Planted,
    watch: Fingerprint,
    host: str,
) -> None:
    client, before = client_for(alice), watch.look()
    client.defaults["HTTP_HOST"] = host
    for route in routes(KINDS[host]):
        path = route.path(route.own(theirs if KINDS[host] == "workspace" else their_side))
        for method in ("GET", "POST") if route.rule not in {"public", "API key"} else ():
            response = client.generic(method, path)
            assert response.status_code in {302, 405}, path
            assert response.headers.get("Location", "/account/login/").startswith("/account/login/"), path
    assert watch.look() == before


@pytest.mark.parametrize("site", SITES)
def test_valid_input_gets_in(
    client_for: Callable[..., Client],
    request: pytest.FixtureRequest,
    ours: Planted,
    redis: Redis,
    site: str,
) -> None:
    """An attack on a form that refuses everything would prove nothing."""
    who = {"workspace": "alice", "reseller": "rosa", "platform": "olga"}[site]
    client, refused = client_for(request.getfixturevalue(who)), {}
    planted = ours if site == "workspace" else request.getfixturevalue("our_side")
    for route in routes(site):
        reads = view_reads(route.view)
        if reads.forms and not route.template.startswith("account/"):
            with platform(), rolled_back():
                path = route.path(route.own(planted))
                body = {**valid_input(reads), **page_input(client, path, reads)}
                status = client.post(path, body).status_code
            if status not in {200, 204, 302, 405}:
                refused[route.template] = status
    assert refused == REFUSED[site]


REFUSED: dict[str, dict[str, int]] = {
    "workspace": {
        "f/<slug:slug>/": 422,
        "chat/contact": 403,
        "chat/files": 403,
        "chat/files/back": 403,
        "chat/messages": 403,
        "chat/seen": 403,
        "inbox/bulk/": 400,
        "inbox/<uuid:conversation_id>/label/": 404,
        "inbox/<uuid:conversation_id>/priority/": 400,
        "inbox/<uuid:conversation_id>/snooze/": 400,
        "settings/canned/<uuid:canned_id>/": 404,
        "settings/views/<uuid:saved_id>/": 404,
    },
    "reseller": {"workspaces/import/": 422},
    "platform": {},
}
"""Addresses whose forms take no made-up input: a public form wants the token that stands in its page, an
import a file, what is decided about a conversation one of a few words, the chat a listed site and a visitor's
token (tests/inbox/transports/chat tries those); the canned reply and the saved view that were made up are
somebody else's own (tests/inbox/canned and tests/inbox/saved try shared ones)."""
