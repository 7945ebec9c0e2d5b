"""What the realtime tests share: a Valkey they may kill, seats without a browser, a running hub."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from core.realtime.audience import Audience, Member, everyone
from core.realtime.hub import Hub
from core.realtime.outbox import Message
from core.realtime.rights import Identity
from core.realtime.seat import Seat
from core.realtime.stream import Entry
from deploy.dev.valkey import EmbeddedValkey
from tenants.context import Place
from tenants.sites import Site

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


def seat_of(schema: str = HERE, *, user: str | None = "u1", **who: Any) -> Seat:
    """A seat whose outbox nobody empties, so that the test reads it."""
    site = Site(kind="workspace", host="a.test", place=Place(schema, schema), name="A")
    member = Member(user=user, **who)
    identity = Identity(session="s", member=member, login="l", role="agent")
    return Seat(site, identity=identity, abort=lambda: None)


def waiting(seat: Seat) -> list[Message]:
    """What the seat's socket would be sent next, taken out of its outbox."""
    messages = list(seat.outbox._queue)
    seat.outbox._queue.clear()
    return messages


def texts(seat: Seat) -> list[str]:
    return [message["text"] for message in waiting(seat)]


def entry(number: int = 0, *, schema: str = HERE, audience: Audience | None = None) -> Entry:
    return Entry(schema=schema, audience=audience or everyone(), body=f'{{"t":"x","n":{number}}}')


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
