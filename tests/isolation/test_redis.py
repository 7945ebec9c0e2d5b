"""What stands in Redis after a busy hour in two workspaces and on a console: every key is somebody's.

Limits without Redis are tests/core/accounts/test_limits_on_sign_in.py.
"""

import json
from collections.abc import Callable
from typing import Any, cast

import pytest
from django.core.cache import cache
from django.test import Client
from redis import Redis

from core.accounts.models import User
from core.api.domain.keys import make_key
from core.api.enums import Scope
from core.api.throttle import hit
from core.realtime.stream import STREAM, read_entry
from tenants import due
from tenants.context import PLATFORM, NoContext, place_of, platform, workspace
from tenants.models import Workspace
from tenants.tasks import SCHEMA_HEADER
from tests import world
from tests.isolation.planted import Planted

SHARED = {
    STREAM: "events of all workspaces in one order; every entry names its workspace, and the hub sorts",
    "celery": "the queue; every message carries its place in its headers",
    "schema": "the same for what builds schemas",
    "_kombu.binding.celery": "the broker's own routes, which hold no data",
    "_kombu.binding.schema": "the same",
    "_kombu.binding_permanent.celery": "the same",
    "_kombu.binding_permanent.schema": "the same",
}
"""Keys that are no place's own, each with its reason."""


def keys(redis: Redis) -> list[str]:
    return sorted(key.decode() for key in redis.scan_iter(count=1000))


def an_hour(client: Client, *, key: str, address: str) -> None:
    """What people and programs of one workspace do: leads, answers, guesses, settings."""
    lead = {"email": address, "message": "Hello"}
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "the same on both sides"}
    assert (
        client.post("/api/v1/leads", lead, content_type="application/json", headers=headers).status_code
        == 201
    )
    stranger = Client(HTTP_HOST=client.defaults["HTTP_HOST"])
    stranger.post("/account/login/", {"login": address, "password": "wrong"})
    stranger.post("/account/password/reset/", {"email": address})
    stranger.post("/account/login/code/", {"email": address})
    client.post("/settings/team/add/", {"name": "New", "email": "new@canary.test", "role": "agent"})
    client.post("/inbox/new/", {"name": "By hand", "email": "hand@canary.test", "text": "Hello"})
    client.get("/inbox/")


@pytest.fixture
def busy(
    client_for: Callable[..., Client],
    alice: User,
    mallory: User,
    rosa: User,
    alice_ws: Workspace,
    mallory_ws: Workspace,
    our_side: Planted,
    in_commit: Callable[[], Any],
    redis: Redis,
) -> Redis:
    with in_commit():
        for row, user in ((alice_ws, alice), (mallory_ws, mallory)):
            with workspace(row):
                _, key = make_key(name="Shop", scopes=list(Scope), created_by=user)
            an_hour(client_for(user), key=key, address="somebody@canary.test")
        console = client_for(rosa)
        console.post("/staff/new/", {"name": "New", "email": "new@canary.test", "role": "admin"})
        Client(HTTP_HOST=world.ROSA_HOST).post("/account/login/", {"login": "x@x.test", "password": "x"})
        with platform():
            due.sweep(turn=0)
    return redis


def test_every_key_is_a_places_or_listed(busy: Redis, alice_ws: Workspace, mallory_ws: Workspace) -> None:
    found = [key for key in keys(busy) if key not in SHARED]
    owners = {key.partition(":")[0] for key in found}
    assert owners == {str(alice_ws.schema), str(mallory_ws.schema), PLATFORM.schema}
    assert {STREAM, "celery"} <= set(keys(busy))


def test_what_is_shared_says_whose_each_entry_is(
    busy: Redis, alice_ws: Workspace, mallory_ws: Workspace
) -> None:
    ours = {str(alice_ws.schema), str(mallory_ws.schema)}
    entries = cast(list[tuple[bytes, dict[bytes, bytes]]], busy.xrange(STREAM))
    assert {read_entry(fields).schema for _, fields in entries} == ours
    messages = [json.loads(raw)["headers"][SCHEMA_HEADER] for raw in busy.lrange("celery", 0, -1)]
    assert ours < set(messages)
    assert all(message for message in messages)


def test_the_same_key_in_two_places_is_two(alice_ws: Workspace, mallory_ws: Workspace, redis: Redis) -> None:
    for place in (place_of(alice_ws), place_of(mallory_ws), PLATFORM):
        with workspace(place) if place.workspace_id else platform():
            assert (cache.get("k"), cache.add("k", place.schema, 60)) == (None, True)
            assert hit("n", limit=1, seconds=60).allowed
    for place in (place_of(alice_ws), place_of(mallory_ws), PLATFORM):
        with workspace(place) if place.workspace_id else platform():
            assert cache.get("k") == place.schema
            assert not hit("n", limit=1, seconds=60).allowed
    assert len(keys(redis)) == 6


@pytest.mark.parametrize(
    "act",
    [
        lambda: cache.get("k"),
        lambda: cache.set("k", 1),
        lambda: cache.add("k", 1),
        lambda: cache.incr("k"),
        lambda: cache.delete("k"),
        lambda: cache.get_many(["k"]),
        lambda: cache.set_many({"k": 1}),
        lambda: cache.has_key("k"),
        lambda: cache.touch("k"),
        lambda: cache.get_or_set("k", 1),
        lambda: cache.delete_many(["k"]),
        lambda: hit("n", limit=1, seconds=60),
    ],
)
def test_without_a_place_the_cache_raises(redis: Redis, act: Callable[[], Any]) -> None:
    with pytest.raises(NoContext):
        act()
    assert keys(redis) == []


def test_nobody_empties_the_cache_of_everybody(alice_ws: Workspace, redis: Redis) -> None:
    """`clear` knows no places: it would reset the limits of every workspace at once."""
    from django.conf import settings

    root = settings.BASE_DIR
    used = [
        path.relative_to(root).as_posix()
        for folder in ("tenants", "core", "inbox", "branding", "deploy")
        for path in (root / folder).rglob("*.py")
        if "django.core.cache" in path.read_text() and "cache.clear()" in path.read_text()
    ]
    assert used == []
