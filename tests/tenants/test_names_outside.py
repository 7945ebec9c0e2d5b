"""Names outside Postgres carry the schema: cache keys and signed tokens."""

import pytest
from django.core import signing as django_signing
from django.core.cache import cache
from redis import Redis

from tenants import keys, signing
from tenants.context import NoContext, Place, platform, workspace
from tenants.models import Workspace


def test_a_key_starts_with_the_schema(in_alice: Place) -> None:
    assert keys.key("limit", 7) == f"{in_alice.schema}:limit:7"
    with platform():
        assert keys.key("limit", 7) == "public:limit:7"


def test_a_key_without_a_place_raises() -> None:
    with pytest.raises(NoContext):
        keys.key("limit")
    with pytest.raises(NoContext):
        cache.get("anything")


def test_the_same_cache_key_is_another_entry(
    alice_ws: Workspace, mallory_ws: Workspace, redis: Redis
) -> None:
    with workspace(alice_ws):
        cache.set("secret", "alice's")
    with workspace(mallory_ws):
        assert cache.get("secret") is None
        cache.set("secret", "mallory's")
    with workspace(alice_ws):
        assert cache.get("secret") == "alice's"
    assert sorted(bytes(name).decode().split(":")[0] for name in redis.scan_iter()) == sorted(
        [str(alice_ws.schema), str(mallory_ws.schema)]
    )


def test_a_token_opens_where_it_was_signed(in_alice: Place) -> None:
    token = signing.dumps({"id": 1}, salt="invite")
    assert signing.loads(token, salt="invite") == {"id": 1}


def test_a_token_of_another_workspace_is_refused(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    with workspace(alice_ws):
        token = signing.dumps({"id": 1}, salt="invite")
    with workspace(mallory_ws), pytest.raises(signing.BadSignature):
        signing.loads(token, salt="invite")
    with platform(), pytest.raises(signing.BadSignature):
        signing.loads(token, salt="invite")


def test_a_token_for_something_else_is_refused(in_alice: Place) -> None:
    token = signing.dumps({"id": 1}, salt="invite")
    with pytest.raises(signing.BadSignature):
        signing.loads(token, salt="reset")


def test_an_aged_token_is_refused(in_alice: Place) -> None:
    token = signing.dumps(1, salt="invite")
    with pytest.raises(django_signing.SignatureExpired):
        signing.loads(token, salt="invite", max_age=-1)


@pytest.mark.parametrize("payload", [1, [], ["public"], {"id": 1}, None])
def test_a_token_that_says_no_place_is_refused(in_alice: Place, payload: object) -> None:
    with pytest.raises(signing.BadSignature):
        signing.loads(django_signing.dumps(payload, salt="invite"), salt="invite")


@pytest.mark.parametrize("token", ["", ":", "a:b:c", "\0", "é" * 500])
def test_a_broken_token_is_refused(in_alice: Place, token: str) -> None:
    with pytest.raises(signing.BadSignature):
        signing.loads(token, salt="invite")
