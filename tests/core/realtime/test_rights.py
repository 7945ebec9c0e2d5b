"""Who may sit at a socket, asked for many at once: the answer, and that it stays one query a workspace."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.accounts.models import User
from core.realtime.rights import Identity, identify, open_schemas, session_key_of, suspects, suspects_in
from tenants.context import Place, place_of, platform, workspace
from tenants.models import Workspace
from tenants.sites import Site, resolve
from tests import world
from tests.core.realtime.server import cookie_of


def site_at(host: str) -> Site:
    site = resolve(host)
    assert site is not None
    return site


def identity_of(user: User, *, host: str = world.ALICE_HOST) -> Identity:
    """As read at the handshake of a fresh sign-in."""
    site = site_at(host)
    with workspace(site.place):
        identity = identify(session_key_of(cookie_of(user)), site=site)
    assert identity is not None
    return identity


def test_it_works(alice: User, in_alice: Place) -> None:
    identity = identity_of(alice)
    assert (identity.member.user, identity.role) == (str(alice.pk), "admin")
    assert suspects([identity]) == []


@pytest.mark.parametrize("key", ["", "x", "nosuchsessionkey00000000", "a\x00b", "ä" * 32])
def test_without_a_session_there_is_nobody(in_alice: Place, key: str) -> None:
    assert identify(key, site=site_at(world.ALICE_HOST)) is None


def test_other_workspaces_session_is_nobody(alice_ws: Workspace, mallory: User) -> None:
    key = session_key_of(cookie_of(mallory))
    with workspace(alice_ws):
        assert identify(key, site=site_at(world.ALICE_HOST)) is None


def test_only_the_harmed_are_suspects(in_alice: Place, alice: User, bob: User, charlie: User) -> None:
    identities = [identity_of(user) for user in (alice, bob, charlie)]
    assert suspects(identities) == []
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert suspects(identities) == [1]
    User.objects.filter(pk=charlie.pk).update(role="manager")
    assert suspects(identities) == [1, 2]


def test_each_workspace_is_asked_in_its_own_place(
    alice_ws: Workspace, mallory_ws: Workspace, alice: User, mallory: User
) -> None:
    hers, foreign = identity_of(alice), identity_of(mallory, host=world.MALLORY_HOST)
    asked = [(place_of(alice_ws), [hers]), (place_of(mallory_ws), [foreign])]
    assert suspects_in(asked) == [[], []]
    crossed = [(place_of(alice_ws), [foreign, hers]), (place_of(mallory_ws), [hers])]
    assert suspects_in(crossed) == [[0], [0]]


@pytest.mark.parametrize("count", [1, 3])
def test_it_is_one_query(in_alice: Place, alice: User, bob: User, charlie: User, count: int) -> None:
    identities = [identity_of(user) for user in (alice, bob, charlie)][:count]
    with CaptureQueriesContext(connection) as queries:
        suspects(identities)
    assert len(queries) == 1


def test_closed_workspaces_are_told_apart(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    schemas = [str(alice_ws.schema), str(mallory_ws.schema), "w_gone"]
    with platform():
        assert open_schemas(schemas) == set(schemas[:2])
        Workspace.objects.filter(pk=alice_ws.pk).update(state="suspended")
        assert open_schemas(schemas) == {schemas[1]}
        type(mallory_ws.reseller).objects.filter(pk=mallory_ws.reseller_id).update(state="suspended")
        assert open_schemas(schemas) == set()
