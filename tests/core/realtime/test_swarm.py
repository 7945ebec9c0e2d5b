"""Fifty sockets of two workspaces that read at once and are cut off at random: no foreign row.

The same swarm runs with the bridge taken away: it must then see what it should not, or the test is blind.
"""

import asyncio
import random
from collections import Counter
from typing import Any

import pytest
from channels.db import database_sync_to_async

from core.accounts.models import User
from core.realtime.consumer import LiveConsumer
from core.realtime.process import STATE_KEY, LiveProcess
from tenants.asyncio import in_place
from tenants.context import PLATFORM, NoContext, Place, current_or_none
from tenants.db import base
from tenants.sites import resolve
from tests import world
from tests.core.realtime.server import Cookies

SOCKETS, READS = 50, 12
HOSTS, PEOPLE = (world.ALICE_HOST, world.MALLORY_HOST), ("alice", "mallory")

pytestmark = pytest.mark.asyncio


def domains() -> list[str]:
    """Whose people the running code sees."""
    return sorted({email.partition("@")[2] for email in User.objects.values_list("email", flat=True)})


class Reading(LiveConsumer):
    """A consumer that reads the database when it is sent something, through the bridge."""

    seen: Counter[tuple[str, str]]

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        await asyncio.sleep(random.random() / 200)
        assert self.seat is not None
        self.note(await in_place(self.seat.place, domains))

    def note(self, found: list[str]) -> None:
        self.seen[self.scope["site"].host, ",".join(found)] += 1


class Bypassing(Reading):
    """The same without the bridge: whatever place is current on the database thread is read."""

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        await asyncio.sleep(random.random() / 200)
        try:
            self.note(await database_sync_to_async(domains)())
        except NoContext:
            self.note(["refused"])


class SettingOnce(Bypassing):
    """A place set once in connect, in a variable of the process, as a connection's own path is."""

    place: Place

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        await super().websocket_connect(message)
        SettingOnce.place = self.scope["site"].place


async def scope_of(host: str, cookie: str) -> dict[str, Any]:
    """What the site middleware hands to the consumer."""
    return {
        "site": await in_place(PLATFORM, resolve, host),
        "headers": [(b"cookie", cookie.encode())],
        "query_string": b"",
        "state": {STATE_KEY: LiveProcess("redis://127.0.0.1:1/0")},
    }


async def swarm(kind: type[Reading], cookies: Cookies) -> Counter[tuple[str, str]]:
    """Run the sockets; every third is cut off somewhere on its way. Counts host and what was read there."""
    seen: Counter[tuple[str, str]] = Counter()
    scopes = [await scope_of(host, cookies[name]) for host, name in zip(HOSTS, PEOPLE, strict=True)]

    async def one(number: int) -> None:
        consumer = kind()
        consumer.seen = seen
        inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        for message in ("connect", *["receive"] * READS, "disconnect"):
            inbox.put_nowait({"type": f"websocket.{message}", "text": "x"})

        async def send(message: dict[str, Any]) -> None:
            await asyncio.sleep(0)

        task = asyncio.create_task(consumer(scopes[number % 2], inbox.get, send))
        if number % 3 == 0:
            await asyncio.sleep(random.random() / 2)
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    await asyncio.gather(*(one(number) for number in range(SOCKETS)))
    return seen


async def test_each_socket_sees_its_own_workspace_only(cookies: Cookies) -> None:
    seen = await swarm(Reading, cookies)
    assert sorted(seen) == [(host, host) for host in HOSTS]
    assert min(seen.values()) > READS * 8


async def test_without_the_bridge_nothing_is_read(cookies: Cookies) -> None:
    seen = await swarm(Bypassing, cookies)
    assert sorted(seen) == [(host, "refused") for host in HOSTS]


async def test_the_swarm_sees_a_place_that_was_set_once(
    cookies: Cookies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The swarm is not blind: with such a variable in the wall's place, rows of the other workspace come."""
    SettingOnce.place = PLATFORM
    monkeypatch.setattr(base, "current", lambda: current_or_none() or SettingOnce.place)
    seen = await swarm(SettingOnce, cookies)
    foreign = [read for host, read in seen if read != host]
    assert len(foreign) >= 1
