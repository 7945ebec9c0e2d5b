"""Marks belong to a place, may be lost, and never hurt whoever leaves them."""

from typing import Any

import pytest
from redis import Redis

from tenants import marks
from tenants.context import NoContext, platform, workspace
from tenants.models import Workspace


def test_each_place_has_its_own(redis: Redis, alice_ws: Workspace, mallory_ws: Workspace) -> None:
    with workspace(mallory_ws):
        marks.leave("seen", "CANARY")
    with workspace(alice_ws):
        assert marks.read("seen") is None
        assert marks.leave("seen", {"at": 1}) is True
        assert marks.read("seen") == {"at": 1}
    names = {name.decode() for name in redis.scan_iter()}
    assert names == {f"{row.schema}:mark:seen" for row in (alice_ws, mallory_ws)}


def test_they_end(redis: Redis) -> None:
    with platform():
        marks.leave("pool", 1, seconds=60)
    assert 0 < redis.ttl("public:mark:pool") <= 60


def test_counting(redis: Redis) -> None:
    with platform():
        assert [marks.count("missed", amount=amount) for amount in (2, 3)] == [True, True]
        assert marks.read("missed") == 5


def test_once_in_a_while(redis: Redis, alice_ws: Workspace) -> None:
    with platform():
        assert [marks.once("asked", seconds=60) for _ in range(3)] == [True, False, False]
        assert 0 < redis.ttl("public:mark:asked") <= 60
        redis.delete("public:mark:asked")
        assert marks.once("asked", seconds=60)
    with workspace(alice_ws):
        assert marks.once("asked", seconds=60)


def test_without_redis_nothing_raises(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with platform():
        assert (marks.leave("a", 1), marks.count("a"), marks.read("a")) == (False, False, None)
        assert marks.once("a", seconds=60) is False


def test_without_a_place_nothing_is_left(redis: Redis) -> None:
    with pytest.raises(NoContext):
        marks.leave("a", 1)
