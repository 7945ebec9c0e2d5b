"""A reseller's console, every address by every method, with another reseller's ids: nothing gets out.

The same walker as in test_http.py, on the rows of `public`.
"""

from collections.abc import Callable

import pytest
from django.test import Client
from redis import Redis

from core.accounts.models import User
from tenants.models import Workspace
from tests import world
from tests.isolation.fingerprint import Fingerprint
from tests.isolation.planted import Planted
from tests.isolation.routes import routes
from tests.isolation.walker import Walker

SLICES = 3
ALL = routes("reseller")


@pytest.fixture
def watch(mallory_ws: Workspace, theirs: Planted, their_side: Planted) -> Fingerprint:
    return Fingerprint(mallory_ws, their_side)


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
