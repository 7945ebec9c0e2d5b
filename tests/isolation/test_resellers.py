"""A reseller's console, every address by every method, with another reseller's ids: nothing gets out.

The same walker as in test_http.py, on the rows of `public`.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from redis import Redis

from core.accounts.models import User
from tenants.context import platform
from tenants.models import Workspace
from tests import world
from tests.isolation.fingerprint import Fingerprint
from tests.isolation.planted import Planted, tail, texts
from tests.isolation.routes import routes
from tests.isolation.walker import Walker, text_of

SLICES = 3
ALL = routes("reseller")


@pytest.fixture
def watch(mallory_ws: Workspace, theirs: Planted, their_side: Planted) -> Fingerprint:
    return Fingerprint(mallory_ws, their_side, alone=True)


@pytest.mark.parametrize("number", range(SLICES))
def test_an_owner_gets_nothing_of_another_reseller(
    client_for: Callable[..., Client],
    rosa: User,
    our_side: Planted,
    theirs: Planted,
    their_side: Planted,
    watch: Fingerprint,
    redis: Redis,
    number: int,
) -> None:
    walker = Walker(client_for(rosa), ours=our_side, theirs=[their_side, theirs], watch=watch, redis=redis)
    # The account's pages are the same as on a workspace's site, where they are walked in full.
    own = [route for route in ALL if not route.template.startswith("account/")]
    shared = [route for route in ALL if route.template.startswith("account/")]
    found = walker.walk(own[number::SLICES]) + walker.walk(shared[number::SLICES], light=True)
    assert [str(finding) for finding in found] == []
    assert walker.client.get("/account/profile/").status_code == 200


@pytest.mark.parametrize("host", [world.ROSA_HOST, world.PLATFORM_HOST])
def test_neither_does_a_stranger(
    our_side: Planted, theirs: Planted, their_side: Planted, watch: Fingerprint, redis: Redis, host: str
) -> None:
    walker = Walker(
        Client(HTTP_HOST=host), ours=our_side, theirs=[their_side, theirs], watch=watch, redis=redis
    )
    walker.strange = True
    found = walker.walk(routes("reseller" if host == world.ROSA_HOST else "platform"), light=True)
    assert [str(finding) for finding in found] == []


@pytest.mark.parametrize("state", ["past_due", "suspended", "archived", "deleted", "building"])
def test_nor_of_a_workspace_in_any_state(
    client_for: Callable[..., Client],
    rosa: User,
    alice_ws: Workspace,
    our_side: Planted,
    theirs: Planted,
    their_side: Planted,
    mallory_ws: Workspace,
    redis: Redis,
    state: str,
) -> None:
    """Each state offers other acts: to restore, to take a set-up up again, to put an owner right."""
    with platform():
        Workspace.objects.filter(id__in=[alice_ws.id, mallory_ws.id]).update(state=state)
    watch = Fingerprint(mallory_ws, their_side, alone=True)
    walker = Walker(client_for(rosa), ours=our_side, theirs=[their_side, theirs], watch=watch, redis=redis)
    found = walker.walk([one for one in ALL if "<uuid:workspace_id>" in one.template], light=True)
    assert [str(finding) for finding in found] == []
    assert {200, 404} <= walker.statuses["GET reseller /workspaces/<uuid:workspace_id>/"]


LOG = "timeline.AuditEntry"


def test_the_log_is_each_resellers_own(
    client_for: Callable[..., Client],
    rosa: User,
    olga: User,
    our_side: Planted,
    their_side: Planted,
    redis: Redis,
) -> None:
    """Asked in every way, with what stands in their lines: operators alone find those."""
    line: Any = their_side.first(LOG)
    own, other = tail(_label(our_side)), tail(line.label)
    asked = [
        *(f"q={text.removesuffix(tail(text))}" for text in texts(their_side, LOG)),
        f"person={line.actor_id}",
        f"stay={line.support_id}",
        f"before={line.seq + 1}",
        f"reseller={line.reseller_id}&reseller_id={line.reseller_id}",
        "",
    ]
    pages = {query: text_of(client_for(rosa).get(f"/log/?{query}")) for query in asked}
    assert [query for query, page in pages.items() if other in page] == []
    assert own in pages[""]
    everything = text_of(client_for(olga).get("/log/"))
    assert (own in everything, other in everything) == (True, True)


def _label(side: Planted) -> str:
    line: Any = side.first(LOG)
    return str(line.label)
