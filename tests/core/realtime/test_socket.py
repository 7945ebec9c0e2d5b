"""The websocket of the product against a real process: who gets in and what they are sent."""

import asyncio
from typing import Any

import pytest

from core.accounts.models import User
from core.realtime.audience import users
from tenants.models import Workspace
from tests import world
from tests.core.realtime.server import Cookies, Ring, Server, browser

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("committed")]


async def test_it_works(server: Server, ring: Ring, cookies: Cookies, alice_ws: Workspace) -> None:
    async with browser(server, cookies["alice"], greet=False) as tab:
        hello = await tab.frame()
        assert (hello["t"], list(hello)) == ("hello", ["t", "id", "build"])
        await ring(alice_ws, 3, html="<p>Ding</p>")
        frame = await tab.frame()
        assert frame == {"id": tab.last, "t": "bell-rang", "html": "<p>Ding</p>", "d": {"times": 3}}


async def test_a_fragment_over_8_kb_is_left_to_the_browser(
    server: Server, ring: Ring, cookies: Cookies, alice_ws: Workspace
) -> None:
    async with browser(server, cookies["alice"]) as tab:
        await ring(alice_ws, 1, html="é" * 4096)
        assert len((await tab.frame())["html"]) == 4096
        await ring(alice_ws, 2, html="é" * 4097)
        frame = await tab.frame()
        assert (frame["html"], frame["big"], frame["d"]) == ("", True, {"times": 2})


async def test_only_the_audience_hears_it(
    server: Server, ring: Ring, cookies: Cookies, bob: User, alice_ws: Workspace
) -> None:
    async with browser(server, cookies["alice"]) as hers, browser(server, cookies["bob"]) as his:
        await ring(alice_ws, 1, audience=users([bob.pk]))
        await ring(alice_ws, 2)
        assert (await hers.frame())["d"] == {"times": 2}
        assert [(await his.frame())["d"]["times"] for _ in range(2)] == [1, 2]


async def test_other_workspace_hears_nothing(
    server: Server, ring: Ring, cookies: Cookies, mallory: User, alice_ws: Workspace, mallory_ws: Workspace
) -> None:
    async with (
        browser(server, cookies["alice"]) as hers,
        browser(server, cookies["mallory"], host=world.MALLORY_HOST) as foreign,
    ):
        before = foreign.last
        await ring(alice_ws, 1, html="canary of Alice")
        await ring(alice_ws, 2, audience=users([mallory.pk]))
        await ring(mallory_ws, 3)
        assert (await hers.frame())["html"] == "canary of Alice"
        assert (await foreign.frame())["d"] == {"times": 3}
        async with browser(server, cookies["mallory"], host=world.MALLORY_HOST, after=before) as late:
            assert (await late.frame())["d"] == {"times": 3}
            assert await late.silent()


async def test_a_ping_is_answered_and_the_rest_is_dropped(server: Server, cookies: Cookies) -> None:
    async with browser(server, cookies["alice"]) as tab:
        for noise in ("", "[]", "{", '{"t":1}', '{"t":"nonsense"}', "[" * 900, "x" * 2000, b"\x00\xff"):
            await tab.socket.send(noise)
        await tab.socket.send('{"t":"ping"}')
        assert (await tab.frame())["t"] == "pong"


async def test_a_flood_is_not_answered_and_then_closed(server: Server, cookies: Cookies) -> None:
    async with browser(server, cookies["alice"]) as tab:
        for _ in range(600):
            await tab.socket.send('{"t":"ping"}')
        assert await tab.closed() == 4408


async def test_replay_has_no_gap_and_no_double_while_others_publish(
    server: Server, ring: Ring, cookies: Cookies, alice_ws: Workspace
) -> None:
    total = 120

    async def follow(number: int, last: str) -> list[int]:
        heard: list[int] = []
        while not heard or heard[-1] != total:
            async with browser(server, cookies["alice" if number % 2 else "bob"], after=last) as tab:
                for _ in range(3 + number):
                    frame = await tab.frame()
                    assert frame["t"] == "bell-rang"
                    heard.append(frame["d"]["times"])
                    if heard[-1] == total:
                        break
                last = tab.last
        return heard

    async with browser(server, cookies["alice"]) as first:
        readers = [asyncio.create_task(follow(number, first.last)) for number in range(8)]
        for times in range(1, total + 1):
            await ring(alice_ws, times)
            await asyncio.sleep(0.005)
        for heard in await asyncio.gather(*readers):
            assert heard == list(range(1, total + 1))


async def test_a_reader_that_stops_is_told_to_fetch_and_holds_nobody_up(
    server: Server, ring: Ring, cookies: Cookies, alice_ws: Workspace
) -> None:
    async with browser(server, cookies["alice"]) as stopped, browser(server, cookies["bob"]) as reading:
        stopped.socket.transport.pause_reading()
        total = 1200
        for times in range(total):
            await ring(alice_ws, times, html="x" * 8000)
            assert (await reading.frame())["d"] == {"times": times}
        stopped.socket.transport.resume_reading()
        frames = [await stopped.frame()]
        while frames[-1]["t"] != "resync":
            frames.append(await stopped.frame())
        assert len(frames) < total
        await ring(alice_ws, total)
        while (frame := await stopped.frame()).get("d") != {"times": total}:
            assert frame["t"] in {"bell-rang", "resync"}


async def test_redis_gone_and_back_is_said_and_then_live_again(
    server: Server, ring: Ring, cookies: Cookies, alice_ws: Workspace
) -> None:
    async with (
        browser(server, cookies["alice"]) as hers,
        browser(server, cookies["mallory"], host=world.MALLORY_HOST) as theirs,
    ):
        server.valkey.kill()
        await ring(alice_ws, 1)
        assert [(await tab.frame())["t"] for tab in (hers, theirs)] == ["behind", "behind"]
        server.valkey.start()
        assert [(await tab.frame())["t"] for tab in (hers, theirs)] == ["resync", "resync"]
        # the writer that was cut off sends a resync of its own, and then what is new
        frame: dict[str, Any] = {"t": "resync"}
        while frame["t"] == "resync":
            await ring(alice_ws, 2)
            frame = await hers.frame()
        assert frame["d"] == {"times": 2}


async def test_flushall_is_one_resync_and_then_live_again(
    server: Server, ring: Ring, cookies: Cookies, alice_ws: Workspace
) -> None:
    async with browser(server, cookies["alice"]) as tab:
        await ring(alice_ws, 1)
        assert (await tab.frame())["d"] == {"times": 1}
        server.flush()
        assert (await tab.frame())["t"] == "resync"
        await ring(alice_ws, 2)
        assert (await tab.frame())["d"] == {"times": 2}
        assert await tab.silent()
