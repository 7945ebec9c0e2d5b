"""core/api/throttle.py: limits hold with Redis and without, each workspace for itself."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import RequestFactory
from redis import Redis

from core.accounts.limits_store import LimitsCache
from core.accounts.models import Counter
from core.api.throttle import client_network, hit
from tenants.context import Place, place_of, workspace
from tenants.models import Workspace

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def _not_paused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LimitsCache, "_away_until", 0.0)


@pytest.fixture
def without_redis(settings: Any) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": NOWHERE}}


def allowed(times: int) -> list[bool]:
    return [hit("x", limit=2, seconds=3600).allowed for _ in range(times)]


def test_it_works(in_alice: Place, redis: "Redis") -> None:
    assert allowed(3) == [True, True, False]
    assert Counter.objects.count() == 0


@pytest.mark.parametrize("away", [False, True])
def test_much_at_once_counts_as_much(
    in_alice: Place, redis: "Redis", request: pytest.FixtureRequest, away: bool
) -> None:
    if away:
        request.getfixturevalue("without_redis")
    verdicts = [hit("kB", limit=10, seconds=3600, amount=amount) for amount in (4, 6, 1)]
    assert [(one.allowed, one.remaining) for one in verdicts] == [(True, 6), (True, 0), (False, 0)]


def test_it_holds_without_redis(in_alice: Place, without_redis: None) -> None:
    assert allowed(3) == [True, True, False]
    assert Counter.objects.get().value == 3


@pytest.mark.parametrize("away", [False, True])
def test_each_workspace_counts_for_itself(
    alice_ws: Workspace, mallory_ws: Workspace, redis: "Redis", away: bool, request: pytest.FixtureRequest
) -> None:
    if away:
        request.getfixturevalue("without_redis")
    with workspace(alice_ws):
        allowed(3)
    with workspace(mallory_ws):
        assert allowed(1) == [True]


def test_every_key_in_redis_begins_with_its_workspace(in_alice: Place, redis: "Redis") -> None:
    allowed(1)
    assert [key.decode().startswith(f"{in_alice.schema}:") for key in redis.scan_iter()] == [True]


def test_what_the_caller_is_told(in_alice: Place, redis: "Redis") -> None:
    verdicts = [hit("x", limit=1, seconds=3600) for _ in range(2)]
    assert [verdict.headers["X-RateLimit-Remaining"] for verdict in verdicts] == ["0", "0"]
    assert ["Retry-After" in verdict.headers for verdict in verdicts] == [False, True]
    assert 1 <= int(verdicts[1].headers["Retry-After"]) <= 3600


def test_eight_at_once_are_counted_once_each(
    fresh_workspace: Callable[[], Workspace], without_redis: None
) -> None:
    place = place_of(fresh_workspace())

    def knock(number: int) -> bool:
        try:
            with workspace(place):
                return hit("x", limit=5, seconds=3600).allowed
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(knock, range(8))) == [False] * 3 + [True] * 5


ADDRESSES = [
    (0, "203.0.113.9", "", "203.0.113.9"),
    (0, "203.0.113.9", "198.51.100.1", "203.0.113.9"),
    (1, "10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
    (2, "10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
    (3, "10.0.0.1", "198.51.100.1", "10.0.0.1"),
    (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
    (0, "::ffff:203.0.113.9", "", "203.0.113.9"),
    (1, "10.0.0.1", "nonsense", "unknown"),
    (0, "", "", "unknown"),
]


@pytest.mark.parametrize(("proxies", "remote", "forwarded", "expected"), ADDRESSES)
def test_where_a_request_came_from(
    settings: Any, proxies: int, remote: str, forwarded: str, expected: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_network(RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote)) == expected
