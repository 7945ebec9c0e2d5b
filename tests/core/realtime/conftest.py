"""What the realtime tests share: a Valkey they may kill, seats without a browser, a running hub."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from redis import Redis

from core.accounts.models import User
from core.realtime.audience import Audience, Member, everyone
from core.realtime.events import Event
from core.realtime.hub import Hub
from core.realtime.outbox import Message
from core.realtime.publisher import Publisher
from core.realtime.push import push_on_commit
from core.realtime.rights import Identity
from core.realtime.seat import Seat
from core.realtime.stream import Entry
from deploy.dev.valkey import EmbeddedValkey
from tenants.asyncio import in_place
from tenants.context import Place, entered, place_of
from tenants.models import Workspace
from tenants.sites import Site, resolve
from tests import world
from tests.core.realtime.server import Cookies, Ring, Server, cookie_of, start_server, stop_server

HERE, THERE = "w_here", "w_there"


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """A server that keeps nothing over a restart."""
    server = EmbeddedValkey(tmp_path / "valkey", durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def lasting_valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """A server that has everything again after a restart."""
    server = EmbeddedValkey(tmp_path / "valkey", durable=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def writer(valkey: EmbeddedValkey) -> Iterator["Redis"]:
    """The publisher's side of that server."""
    with Redis.from_url(valkey.url, retry=None) as client:
        yield client


class Reader:
    """A browser that can stop reading: sends wait while `reading` is not set."""

    def __init__(self) -> None:
        self.got: list[Message] = []
        self.reading = asyncio.Event()
        self.reading.set()
        self.gone = False

    async def send(self, message: Message) -> None:
        await self.reading.wait()
        if self.gone:
            raise OSError("the connection is lost")
        self.got.append(message)


def site_of(schema: str) -> Site:
    return Site(kind="workspace", host="a.test", place=Place(schema, schema), name="A")


def seat_of(schema: str = HERE, *, user: str = "u1", reader: Reader | None = None) -> Seat:
    """A seat whose browser reads at once, into a list that `texts` empties."""
    identity = Identity(session="s", member=Member(user=user), role="agent", proof="p")
    return Seat(site_of(schema), identity=identity, send=(reader or Reader()).send, abort=lambda: None)


def reader_of(seat: Seat) -> Reader:
    reader: Reader = seat.outbox._send.__self__  # type: ignore[attr-defined]  # a method of its reader
    return reader


def sent(seat: Seat) -> list[Message]:
    """What the seat's browser was sent since it was last asked."""
    reader = reader_of(seat)
    got, reader.got = reader.got, []
    return got


def texts(seat: Seat) -> list[str]:
    return [message["text"] for message in sent(seat)]


def entry(number: int = 0, *, schema: str = HERE, audience: Audience | None = None, size: int = 0) -> Entry:
    """An entry that can be told from others; `size` makes it as long as a big fragment."""
    ballast = f',"html":"{"x" * size}"' if size else ""
    return Entry(schema=schema, audience=audience or everyone(), body=f'{{"t":"x","n":{number}{ballast}}}')


def wait_for_healing(one: Publisher) -> None:
    deadline = time.monotonic() + 8
    while one._healer is not None:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def give_up(one: Publisher) -> None:
    """End the healing of a publisher whose server will not come, before the test's output is closed."""
    one._untold.clear()
    wait_for_healing(one)


async def until(condition: Callable[[], bool], *, seconds: float = 8.0) -> None:
    """Wait for something that happens by itself; the test fails when it does not."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running(hub: Hub, *, ready: bool = True) -> AsyncIterator[Hub]:
    """The hub at work, in contact with its stream unless the test wants it without."""
    task = asyncio.create_task(hub.run())
    if ready:
        await asyncio.wait_for(hub.ready.wait(), 5)
    try:
        yield hub
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@dataclass(frozen=True, slots=True)
class BellRang(Event):
    """An event of the tests' own."""

    type: ClassVar[str] = "bell-rang"
    times: int


@dataclass(frozen=True, slots=True)
class NoteLeft(Event):
    """Another one, with facts of other kinds."""

    type: ClassVar[str] = "note-left"
    note: UUID
    text: str


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One real websocket process for all tests of this folder."""
    one = start_server(tmp_path_factory.mktemp("ws"))
    yield one
    stop_server(one)


@pytest.fixture
def ring(server: Server, settings: Any) -> Ring:
    settings.REDIS_URL = server.valkey.url

    async def push(
        row: Workspace, times: int = 1, *, audience: Audience | None = None, html: str = ""
    ) -> None:
        event = BellRang(times=times)
        await in_place(place_of(row), push_on_commit, event, audience=audience or everyone(), html=html)

    return push


@pytest.fixture
def cookies(
    committed: None, alice: User, bob: User, mallory: User, rosa: User, olga: User
) -> Iterator[Cookies]:
    people = {"alice": alice, "bob": bob, "mallory": mallory, "rosa": rosa, "olga": olga}
    yield {name: cookie_of(user) for name, user in people.items()}
    for host in (world.ALICE_HOST, world.MALLORY_HOST, world.PLATFORM_HOST):
        site = resolve(host)
        assert site is not None
        with entered(site.place):
            Session.objects.all().delete()
