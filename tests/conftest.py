"""Fixtures of all tests: the world's people and places, a rolled-back transaction, clients on the right host.

Nothing enters a place by itself: a test says `in_alice`, or opens the context where it needs it.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from hypothesis import settings as hypothesis_settings
from redis import Redis

from core import brand
from core.accounts.models import User
from core.accounts.signed_in import SITE, site_key
from core.timeline.domain.chain import chain_pending, chain_soon
from tenants import memory, sites
from tenants.context import Place, entered, place_of, platform, workspace
from tenants.db.base import DatabaseWrapper
from tenants.models import Domain, Reseller, Workspace
from tests import world
from tests.leftovers import swept

# A test asserts no time, and the same code gives the same examples; `make soak` explores further.
hypothesis_settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis_settings.load_profile("steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests first: workers share out the list in stretches and take over from each other's ends, so
    few of them start a whole stack."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is None)


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """The databases were made by tests/services.py."""


def forget_shared_facts() -> None:
    """What a process remembers of domains and brands for seconds would outlive a rolled-back test."""
    memory.forget()
    sites.cache.clear()
    brand.forget()


@contextmanager
def rolled_back() -> Iterator[None]:
    """A transaction that never commits, marked as the test's own so that the product's rules ignore it."""
    atomic = transaction.atomic()
    atomic._from_testcase = True  # type: ignore[attr-defined]  # the mark Django's own TestCase sets
    with atomic, as_if_chained(at_once=True):
        yield
        transaction.set_rollback(True)


@contextmanager
def as_if_chained(*, at_once: bool) -> Iterator[None]:
    """What a worker does with a line of the log after its commit is done here, as no worker runs; `at_once`
    where no commit comes either. All else that is enqueued waits for ever.
    """
    real = DatabaseWrapper.on_commit

    def on_commit(self: DatabaseWrapper, func: Callable[[], object], robust: bool = False) -> None:
        if isinstance(func, partial) and func.func is chain_soon:
            func = partial(_chain, *func.args)
            if at_once:
                func()
                return
        real(self, func, robust)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseWrapper, "on_commit", on_commit)
        yield


def _chain(place: Place) -> None:
    with entered(place):
        chain_pending()


@pytest.fixture
def db(django_db_blocker: Any) -> Iterator[None]:
    """The database, as the web login, in a transaction that is rolled back."""
    forget_shared_facts()
    with django_db_blocker.unblock():
        with rolled_back():
            yield
        connections.close_all()
    forget_shared_facts()


@pytest.fixture
def committed(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """The database with real commits: for threads, workers and sockets. Work in a `fresh_workspace`.

    Rows that are new on the platform go with the test.
    """
    assert "db" not in request.fixturenames, "Nothing is committed inside a test that is rolled back."
    forget_shared_facts()
    with django_db_blocker.unblock(), swept(), as_if_chained(at_once=False):
        yield
        connections.close_all()
    forget_shared_facts()


def _workspace_at(host: str) -> Workspace:
    with platform():
        row = Domain.objects.select_related("workspace__reseller").get(host=host).workspace
    assert row is not None
    return row


@pytest.fixture
def alice_ws(request: pytest.FixtureRequest) -> Workspace:
    _need_database(request)
    return _workspace_at(world.ALICE_HOST)


@pytest.fixture
def mallory_ws(request: pytest.FixtureRequest) -> Workspace:
    _need_database(request)
    return _workspace_at(world.MALLORY_HOST)


def _need_database(request: pytest.FixtureRequest) -> None:
    if "committed" not in request.fixturenames:
        request.getfixturevalue("db")


@pytest.fixture
def in_alice(alice_ws: Workspace) -> Iterator[Place]:
    with workspace(alice_ws) as place:
        yield place


@pytest.fixture
def on_platform(request: pytest.FixtureRequest) -> Iterator[Place]:
    _need_database(request)
    with platform() as place:
        yield place


def _person(row: Workspace | None, email: str) -> User:
    with workspace(row) if row else platform():
        user: User = User.objects.get(email=email)
    return user


@pytest.fixture
def alice(alice_ws: Workspace) -> User:
    """Admin of her workspace."""
    return _person(alice_ws, "alice@alice.test")


@pytest.fixture
def bob(alice_ws: Workspace) -> User:
    """Manager beside Alice."""
    return _person(alice_ws, "bob@alice.test")


@pytest.fixture
def charlie(alice_ws: Workspace) -> User:
    """Agent in Alice's workspace."""
    return _person(alice_ws, "charlie@alice.test")


@pytest.fixture
def mallory(mallory_ws: Workspace) -> User:
    """Admin of another workspace, of another reseller."""
    return _person(mallory_ws, "mallory@mallory.test")


@pytest.fixture
def rosa(request: pytest.FixtureRequest) -> User:
    """Owner of Alice's reseller."""
    _need_database(request)
    return _person(None, "rosa@rosa.test")


@pytest.fixture
def rita(request: pytest.FixtureRequest) -> User:
    """Owner of the other reseller."""
    _need_database(request)
    return _person(None, "rita@rita.test")


@pytest.fixture
def olga(request: pytest.FixtureRequest) -> User:
    """Operator of the platform."""
    _need_database(request)
    return _person(None, "olga@platform.test")


HOSTS = {
    "olga@platform.test": world.PLATFORM_HOST,
    "rosa@rosa.test": world.ROSA_HOST,
    "rita@rita.test": world.RITA_HOST,
    "mallory@mallory.test": world.MALLORY_HOST,
}


def client_of(user: User, *, host: str | None = None) -> Client:
    """A signed-in browser on the person's own host (or the host given)."""
    host = host or HOSTS.get(user.email, world.ALICE_HOST)
    client = Client(HTTP_HOST=host)
    site = sites.resolve(host)
    assert site is not None
    with entered(site.place):
        client.force_login(user)
        session = client.session
        session[SITE] = site_key(site)
        session.save()
    return client


@pytest.fixture
def client_for() -> Callable[..., Client]:
    return client_of


@pytest.fixture
def warm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shared facts stay remembered for the whole test, so that its queries can be counted."""
    monkeypatch.setattr(memory._Clock, "now", lambda self: (0, 0))
    monkeypatch.setattr(memory, "LONGEST", 600.0)


@pytest.fixture
def visitor() -> Callable[[str], Client]:
    """A browser that is not signed in, on a host."""
    return lambda host: Client(HTTP_HOST=host)


@pytest.fixture
def fresh_workspace(committed: None) -> Callable[..., Workspace]:
    """Make a committed workspace of its own for a test that cannot be rolled back."""
    from tenants.ids import uuid7
    from tenants.provisioning import provision
    from tenants.schema import stock

    def make(slug: str = "rosa") -> Workspace:
        if stock.level() == 0:
            stock.fill(size=2)
        with platform():
            reseller = Reseller.objects.get(slug=slug)
            done = provision(
                reseller=reseller,
                name="Fresh",
                host=f"fresh-{uuid7().hex[-12:]}.test",
                owner_email="owner@fresh.test",
                owner_name="Fay Fresh",
            )
        assert done.ready
        return done.workspace

    return make


@pytest.fixture
def redis_url(settings: Any) -> str:
    return str(settings.REDIS_URL)


@pytest.fixture
def redis(redis_url: str) -> Iterator["Redis"]:
    """This worker's own Redis database, emptied before and after."""
    with Redis.from_url(redis_url, socket_timeout=60) as client:
        client.flushdb()
        yield client
        client.flushdb()


@pytest.fixture
def in_commit() -> Callable[[], Any]:
    """`with in_commit():` runs what was registered for after the commit, inside a rolled-back test."""
    from django.test import TestCase

    def capture() -> Any:
        return TestCase.captureOnCommitCallbacks(execute=True)

    return capture


def places(*rows: Workspace) -> list[Place]:
    return [place_of(row) for row in rows]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as exits:
        yield exits


@pytest.fixture(autouse=True)
def _no_place_left_behind() -> Iterator[None]:
    """A test that leaves a place entered would lend it to the next one."""
    from tenants.context import current_or_none

    before = current_or_none()
    yield
    assert current_or_none() == before
    assert connection.alias == "default"
