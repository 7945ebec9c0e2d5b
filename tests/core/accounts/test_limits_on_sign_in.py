"""Guessing is limited by account and by address, whatever the guesser varies, with Redis and without."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from redis import Redis

from core.accounts.limits_store import LimitsCache
from core.accounts.models import Counter
from tenants.context import NoContext, workspace
from tenants.models import Workspace
from tests import world

pytestmark = pytest.mark.usefixtures("db")

Visitor = Callable[[str], Client]
TOO_MANY = "Too many attempts. Wait 5 minutes, then try again, or sign in by a code."


def guess(client: Client, number: int, *, email: str = "alice@alice.test", **headers: str) -> list[bool]:
    """Guess so often; for each guess whether it was refused unheard."""
    found = []
    for turn in range(number):
        extra = {name: value.format(turn) for name, value in headers.items()}
        form = {"login": email, "password": "wrong"}
        page = client.post("/account/login/", form, **extra)  # type: ignore[arg-type]  # one could be `follow`
        found.append(page.status_code == 429 or TOO_MANY in page.content.decode())
    return found


@pytest.fixture
def without_redis(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Redis that nobody listens at, as after a crash."""
    client = cache._cache  # type: ignore[attr-defined]  # the Redis backend's own
    monkeypatch.setattr(client, "_servers", ["redis://127.0.0.1:1/0"])
    monkeypatch.setattr(client, "_pools", {})
    yield
    LimitsCache._away_until = 0.0


class TestPerAccount:
    def test_the_sixth_guess_is_refused(self, visitor: Visitor) -> None:
        assert guess(visitor(world.ALICE_HOST), 7) == [False] * 5 + [True] * 2

    def test_even_the_right_password_has_to_wait(self, visitor: Visitor) -> None:
        client = visitor(world.ALICE_HOST)
        guess(client, 5)
        form = {"login": "alice@alice.test", "password": world.PASSWORD}
        assert TOO_MANY in client.post("/account/login/", form).content.decode()

    def test_a_success_does_not_forgive_the_failures(self, visitor: Visitor) -> None:
        guess(visitor(world.ALICE_HOST), 4)
        form = {"login": "alice@alice.test", "password": world.PASSWORD}
        assert visitor(world.ALICE_HOST).post("/account/login/", form).status_code == 302
        assert guess(visitor(world.ALICE_HOST), 2) == [False, True]

    def test_another_port_in_the_host_header_helps_nobody(self) -> None:
        client = Client(HTTP_HOST=world.ALICE_HOST)
        assert guess(client, 7, HTTP_HOST="alice.test:10{}") == [False] * 5 + [True] * 2

    def test_another_network_address_helps_nobody(self, visitor: Visitor) -> None:
        assert guess(visitor(world.ALICE_HOST), 7, REMOTE_ADDR="10.0.0.{}") == [False] * 5 + [True] * 2

    def test_another_spelling_helps_nobody(self, visitor: Visitor) -> None:
        client = visitor(world.ALICE_HOST)
        spellings = ["alice@alice.test", "ALICE@alice.test", "Alice@Alice.Test"] * 2
        assert [guess(client, 1, email=each)[0] for each in spellings] == [False] * 5 + [True]

    def test_it_ends_in_this_workspace(self, visitor: Visitor) -> None:
        guess(visitor(world.ALICE_HOST), 6)
        mallory = {"login": "mallory@mallory.test", "password": world.PASSWORD}
        assert visitor(world.MALLORY_HOST).post("/account/login/", mallory).status_code == 302


class TestPerAddress:
    def test_rotating_accounts_helps_nobody(self, visitor: Visitor) -> None:
        client = visitor(world.ALICE_HOST)
        refused = [guess(client, 1, email=f"user{turn}@alice.test")[0] for turn in range(12)]
        assert refused == [False] * 10 + [True] * 2

    @pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_CLIENT_IP"])
    def test_a_claimed_address_is_not_believed(self, visitor: Visitor, header: str) -> None:
        client = visitor(world.ALICE_HOST)
        refused = [
            guess(client, 1, email=f"user{turn}@alice.test", **{header: f"10.0.0.{turn}"})[0]
            for turn in range(12)
        ]
        assert refused == [False] * 10 + [True] * 2

    def test_too_many_is_a_page_of_the_brand(self, visitor: Visitor) -> None:
        client = visitor(world.ALICE_HOST)
        pages = [client.post("/account/password/reset/", {"email": "x@x.test"}) for _ in range(4)]
        assert [page.status_code for page in pages] == [302, 302, 302, 429]
        assert "Rosa&#x27;s" in pages[-1].content.decode()


class TestWithoutRedis:
    pytestmark = pytest.mark.usefixtures("without_redis")

    def test_the_limits_hold(self, visitor: Visitor) -> None:
        assert guess(visitor(world.ALICE_HOST), 7) == [False] * 5 + [True] * 2

    def test_people_still_come_in(self, visitor: Visitor) -> None:
        form = {"login": "alice@alice.test", "password": world.PASSWORD}
        assert visitor(world.ALICE_HOST).post("/account/login/", form).headers["Location"] == "/"

    def test_they_are_counted_where_they_belong(
        self, visitor: Visitor, alice_ws: Workspace, mallory_ws: Workspace
    ) -> None:
        guess(visitor(world.ALICE_HOST), 1)
        with workspace(alice_ws):
            keys = list(Counter.objects.values_list("key", flat=True))
        assert keys
        assert {key.split(":")[0] for key in keys} == {alice_ws.schema}
        with workspace(mallory_ws):
            assert Counter.objects.count() == 0

    def test_an_old_count_is_forgotten(self, alice_ws: Workspace) -> None:
        with workspace(alice_ws):
            cache.set("lock", 1, 60)
            assert cache.add("lock", 2, 60) is False
            Counter.objects.update(expires_at="2000-01-01T00:00:00Z")
            assert cache.get("lock") is None
            assert cache.add("lock", 3, 60) is True
            assert cache.get("lock") == 3
            assert cache.delete("lock") is True
            assert cache.get("lock", "gone") == "gone"


def test_every_key_in_redis_begins_with_its_schema(
    visitor: Visitor, redis: "Redis", alice_ws: Workspace
) -> None:
    guess(visitor(world.ALICE_HOST), 1)
    assert {key.decode().split(":")[0] for key in redis.scan_iter()} == {alice_ws.schema}


def test_nothing_is_counted_for_nobody() -> None:
    with pytest.raises(NoContext):
        cache.set("x", 1)
