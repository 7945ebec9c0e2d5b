"""The store of limits by itself: what it counts in Postgres while Redis is away, and Redis let alone."""

import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.db import connections
from redis import Redis

from core.accounts import limits_store
from core.accounts.limits_store import JSONSerializer, LimitsCache
from core.accounts.models import Counter
from tenants.context import Place, workspace
from tenants.models import Workspace

WORKERS = 4


@pytest.fixture(autouse=True)
def _not_paused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LimitsCache, "_away_until", 0.0)


@contextmanager
def hanging_up() -> Iterator[tuple[int, list[int]]]:
    """A server that takes each call and hangs up; its port, and the callers so far."""
    callers: list[int] = []

    def take() -> None:
        while True:
            try:
                caller, address = server.accept()
            except OSError:
                return
            callers.append(address[1])
            caller.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=take)
        thread.start()
        try:
            yield server.getsockname()[1], callers
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.fixture
def callers(settings: Any) -> Iterator[list[int]]:
    """Redis is there and broken; who has tried to reach it."""
    with hanging_up() as (port, callers):
        settings.CACHES = {
            "default": {**settings.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{port}/0"}
        }
        yield callers


def test_after_a_failure_redis_is_left_alone_for_a_while(
    in_alice: Place, callers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each request of an outage waits for it again."""
    cache.set("a", 1)
    tried = len(callers)
    assert tried > 0
    assert [cache.get("a"), cache.incr("a"), cache.add("a", 5), cache.get("a")] == [1, 2, False, 2]
    assert len(callers) == tried
    monkeypatch.setattr(LimitsCache, "_away_until", 0.0)
    assert cache.get("a") == 2
    assert len(callers) > tried


def test_it_comes_back_by_itself(
    in_alice: Place, callers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits_store, "PAUSE", 0.0)
    cache.set("a", 1)
    tried = len(callers)
    cache.get("a")
    assert len(callers) > tried


class TestTable:
    pytestmark = pytest.mark.usefixtures("callers")

    def test_it_counts(self, in_alice: Place) -> None:
        assert (cache.add("a", 1, 60), cache.incr("a"), cache.incr("a", 3), cache.get("a")) == (True, 2, 5, 5)
        assert Counter.objects.get().key == f"{in_alice.schema}:cache:1:a"

    def test_there_is_nothing_to_add_to(self, in_alice: Place) -> None:
        with pytest.raises(ValueError, match="nothing is counted"):
            cache.incr("a")
        cache.set("a", 1, 60)
        Counter.objects.update(expires_at="2000-01-01T00:00:00Z")
        with pytest.raises(ValueError, match="nothing is counted"):
            cache.incr("a")
        assert Counter.objects.get().value == 1

    def test_adding_does_not_make_it_last_longer(self, in_alice: Place) -> None:
        cache.add("a", 1, 60)
        ends = Counter.objects.get().expires_at
        cache.incr("a")
        assert cache.add("a", 7, 6_000) is False
        assert (Counter.objects.get().expires_at, Counter.objects.get().value) == (ends, 2)

    @pytest.mark.parametrize("value", [0, 1.5, "words", [1, 2], {"a": [1]}])
    def test_what_allauth_keeps_comes_back(self, in_alice: Place, value: object) -> None:
        cache.set("a", value, 60)
        assert cache.get("a", "nothing") == value


def test_several_at_once_count_each(fresh_workspace: Callable[[], Workspace], callers: list[int]) -> None:
    row = fresh_workspace()
    with workspace(row):
        cache.set("a", 0, 60)
    together = Barrier(WORKERS)

    def add(_: int) -> list[int]:
        try:
            with workspace(row):
                together.wait()
                return [cache.incr("a") for _ in range(5)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        said = [number for numbers in pool.map(add, range(WORKERS)) for number in numbers]
    assert sorted(said) == list(range(1, 5 * WORKERS + 1))


@pytest.mark.parametrize(
    ("asked", "seconds"), [(1, 1), (0.2, 1), (59.1, 60), (60, 60), (0, 300), (None, 300)]
)
def test_no_limit_ends_early(asked: float | None, seconds: int) -> None:
    store = caches["default"]
    assert isinstance(store, LimitsCache)
    assert store._seconds(asked) == seconds


def test_redis_holds_json_and_nothing_that_runs(in_alice: Place, redis: Redis) -> None:
    cache.set("a", {"b": [1, "c"]}, 60)
    [key] = redis.keys()
    stored: Any = redis.get(key)
    assert json.loads(stored) == {"b": [1, "c"]}
    with pytest.raises(UnicodeDecodeError):
        JSONSerializer().loads(b"\x80\x04N.")
