"""The websocket of the product against a real process: who gets in, what they are sent, who is cut."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from core.accounts.models import User
from core.realtime.audience import Audience, everyone, users
from core.realtime.events import Event
from core.realtime.push import push_on_commit
from tenants.context import platform, workspace
from tenants.models import Workspace
from tests import world
from tests.core.realtime.server import (
    ORIGIN,
    Browser,
    Server,
    browser,
    cookie_of,
    handshake,
    start_server,
    stop_server,
)

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("committed")]


@dataclass(frozen=True, slots=True)
class BellRang(Event):
    type: ClassVar[str] = "bell-rang"
    times: int


Ring = Callable[..., None]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = start_server(tmp_path_factory.mktemp("ws"))
    yield running
    stop_server(running)


@pytest.fixture
def ring(server: Server, settings: Any) -> Ring:
    """Push an event in a workspace, as a view would."""
    settings.REDIS_URL = server.valkey.url

    def push(row: Workspace, times: int = 1, *, audience: Audience | None = None, html: str = "") -> None:
        with workspace(row):
            push_on_commit(BellRang(times=times), audience=audience or everyone(), html=html)

    return push


@pytest.fixture
def dora(alice_ws: Workspace) -> Iterator[User]:
    """An agent in Alice's workspace who exists for one test and may be harmed."""
    with workspace(alice_ws):
        user = User.objects.create(email="dora@alice.test", name="Dora", role="agent")
        yield user
        User.objects.filter(pk=user.pk).delete()
        Session.objects.all().delete()


async def test_it_works(server: Server, ring: Ring, alice: User, alice_ws: Workspace) -> None:
    async with browser(server, cookie_of(alice), greet=False) as tab:
        hello = await tab.frame()
        assert (hello["t"], list(hello)) == ("hello", ["t", "id", "build"])
        ring(alice_ws, 3, html="<p>Ding</p>")
        frame = await tab.frame()
        assert frame == {"id": tab.last, "t": "bell-rang", "html": "<p>Ding</p>", "d": {"times": 3}}


async def test_a_fragment_over_8_kb_is_left_to_the_browser(
    server: Server, ring: Ring, alice: User, alice_ws: Workspace
) -> None:
    async with browser(server, cookie_of(alice)) as tab:
        ring(alice_ws, 1, html="é" * 4096)
        assert len((await tab.frame())["html"]) == 4096
        ring(alice_ws, 2, html="é" * 4097)
        frame = await tab.frame()
        assert (frame["html"], frame["big"], frame["d"]) == ("", True, {"times": 2})


async def test_only_the_audience_hears_it(
    server: Server, ring: Ring, alice: User, bob: User, alice_ws: Workspace
) -> None:
    async with browser(server, cookie_of(alice)) as hers, browser(server, cookie_of(bob)) as his:
        ring(alice_ws, 1, audience=users([bob.pk]))
        ring(alice_ws, 2)
        assert (await hers.frame())["d"] == {"times": 2}
        assert [(await his.frame())["d"]["times"] for _ in range(2)] == [1, 2]


async def test_other_workspace_hears_nothing(
    server: Server, ring: Ring, alice: User, mallory: User, alice_ws: Workspace, mallory_ws: Workspace
) -> None:
    async with (
        browser(server, cookie_of(alice)) as hers,
        browser(server, cookie_of(mallory), host=world.MALLORY_HOST) as foreign,
    ):
        ring(alice_ws, 1, html="canary of Alice")
        ring(alice_ws, 2, audience=users([mallory.pk]))
        ring(mallory_ws, 3)
        assert (await hers.frame())["html"] == "canary of Alice"
        assert (await foreign.frame())["d"] == {"times": 3}
        # a position of another workspace asks for this workspace's entries, never for theirs
        async with browser(server, cookie_of(mallory), host=world.MALLORY_HOST, after="1-0") as late:
            assert (await late.frame())["d"] == {"times": 3}
            assert await late.silent()


GOOD_ORIGIN = ORIGIN.format(host=world.ALICE_HOST)


@pytest.mark.parametrize(
    "origins",
    [
        [],
        ["null"],
        [""],
        [ORIGIN.format(host=world.MALLORY_HOST)],
        [ORIGIN.format(host=world.ROSA_HOST)],
        [ORIGIN.format(host="evil-" + world.ALICE_HOST)],
        [ORIGIN.format(host=world.ALICE_HOST + ".evil.test")],
        [f"http://{world.ALICE_HOST}:9999"],
        [f"https://{world.ALICE_HOST}:8000"],
        [f"http://{world.ALICE_HOST}@evil.test:8000"],
        [f"{GOOD_ORIGIN}/x"],
        [GOOD_ORIGIN, ORIGIN.format(host=world.MALLORY_HOST)],
    ],
)
async def test_a_foreign_or_missing_origin_is_refused(
    server: Server, alice: User, origins: list[str]
) -> None:
    headers = [("Cookie", cookie_of(alice)), *(("Origin", origin) for origin in origins)]
    assert await handshake(server, headers=headers) == 403
    assert await handshake(server, headers=[headers[0], ("Origin", GOOD_ORIGIN)]) == 101


@pytest.mark.parametrize(
    "cookie", ["", "marque=", "marque=nosuchsession000", 'marque="\\000abcdefgh"', "other=x", "marque"]
)
async def test_without_a_session_nobody_gets_in(server: Server, cookie: str) -> None:
    assert await handshake(server, headers=[("Cookie", cookie), ("Origin", GOOD_ORIGIN)]) == 403


async def test_other_workspaces_cookie_is_refused(
    server: Server, mallory: User, rosa: User, olga: User
) -> None:
    for user in (mallory, rosa, olga):
        headers = [("Cookie", cookie_of(user)), ("Origin", GOOD_ORIGIN)]
        assert await handshake(server, headers=headers) == 403


@pytest.mark.parametrize("host", [world.ROSA_HOST, world.PLATFORM_HOST])
async def test_consoles_have_no_socket(server: Server, rosa: User, olga: User, host: str) -> None:
    user = rosa if host == world.ROSA_HOST else olga
    headers = [("Cookie", cookie_of(user)), ("Origin", ORIGIN.format(host=host))]
    assert await handshake(server, host=host, headers=headers) == 403


async def test_an_unknown_host_is_refused(server: Server, alice: User) -> None:
    headers = [("Cookie", cookie_of(alice)), ("Origin", ORIGIN.format(host="nobody.test"))]
    assert await handshake(server, host="nobody.test", headers=headers) == 403


async def test_an_unknown_path_is_refused(server: Server, alice: User) -> None:
    headers = [("Cookie", cookie_of(alice)), ("Origin", GOOD_ORIGIN)]
    assert await handshake(server, path="/ws/elsewhere/", headers=headers) == 403
    assert await handshake(server, path="/", headers=headers) == 403


async def test_http_is_a_plain_404(server: Server) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET /ws/ HTTP/1.1\r\nHost: alice.test\r\nConnection: close\r\n\r\n")
    answer = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    assert answer.startswith("HTTP/1.1 404")
    assert answer.endswith("Not found\n")


async def test_a_suspended_workspace_is_refused(server: Server, alice: User, alice_ws: Workspace) -> None:
    headers = [("Cookie", cookie_of(alice)), ("Origin", GOOD_ORIGIN)]
    assert await handshake(server, headers=headers) == 101
    with _suspended(alice_ws):
        await asyncio.sleep(3.1)  # sites are remembered for three seconds
        assert await handshake(server, headers=headers) == 403
    await asyncio.sleep(3.1)
    assert await handshake(server, headers=headers) == 101


class _suspended:  # noqa: N801 - reads as a clause
    def __init__(self, row: Workspace) -> None:
        self.rows = Workspace.objects.filter(pk=row.pk)

    def __enter__(self) -> None:
        with platform():
            self.rows.update(state=Workspace.State.SUSPENDED)

    def __exit__(self, *exc: object) -> None:
        with platform():
            self.rows.update(state=Workspace.State.ACTIVE)


async def test_a_suspended_workspace_is_cut(server: Server, alice: User, alice_ws: Workspace) -> None:
    async with browser(server, cookie_of(alice)) as tab:
        with _suspended(alice_ws):
            assert await tab.closed(seconds=5) == 4403
    await asyncio.sleep(3.1)  # sites are remembered for three seconds


def _deactivate(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def _change_password(user: User) -> None:
    user.set_password("another-good-one")
    user.save(update_fields=["password"])


def _end_all_sessions(user: User) -> None:
    User.objects.filter(pk=user.pk).update(session_epoch=7)


def _log_out(user: User) -> None:
    Session.objects.all().delete()


def _expire(user: User) -> None:
    Session.objects.all().update(expire_date=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("harm", [_deactivate, _change_password, _end_all_sessions, _log_out, _expire])
async def test_who_may_no_longer_sit_there_is_cut_within_seconds(
    server: Server, dora: User, mallory: User, harm: Callable[[User], None]
) -> None:
    async with (
        browser(server, cookie_of(dora)) as tab,
        browser(server, cookie_of(mallory), host=world.MALLORY_HOST) as other,
    ):
        harm(dora)
        assert await tab.closed(seconds=5) == 4403
        assert await other.silent()


async def test_a_changed_role_fetches_anew_and_stays(
    server: Server, ring: Ring, dora: User, alice_ws: Workspace
) -> None:
    async with browser(server, cookie_of(dora)) as tab:
        User.objects.filter(pk=dora.pk).update(role="manager")
        assert (await tab.frame())["t"] == "resync"
        ring(alice_ws, 5)
        assert (await tab.frame())["d"] == {"times": 5}


async def test_a_ping_is_answered_and_the_rest_is_dropped(server: Server, alice: User) -> None:
    async with browser(server, cookie_of(alice)) as tab:
        for noise in ("", "[]", "{", '{"t":1}', '{"t":"nonsense"}', "[" * 900, "x" * 2000, b"\x00\xff"):
            await tab.socket.send(noise)
        await tab.socket.send('{"t":"ping"}')
        assert (await tab.frame())["t"] == "pong"


async def test_a_flood_is_not_answered_and_then_closed(server: Server, alice: User) -> None:
    async with browser(server, cookie_of(alice)) as tab:
        for _ in range(600):
            await tab.socket.send('{"t":"ping"}')
        assert await tab.closed() == 4408


async def test_replay_has_no_gap_and_no_double_while_others_publish(
    server: Server, ring: Ring, alice: User, bob: User, alice_ws: Workspace
) -> None:
    total, cookies = 120, [cookie_of(alice), cookie_of(bob)]

    async def follow(number: int, last: str) -> list[int]:
        heard: list[int] = []
        while not heard or heard[-1] != total:
            async with browser(server, cookies[number % 2], after=last) as tab:
                for _ in range(3 + number):
                    frame = await tab.frame()
                    assert frame["t"] == "bell-rang"
                    heard.append(frame["d"]["times"])
                    if heard[-1] == total:
                        break
                last = tab.last
        return heard

    async with browser(server, cookies[0]) as first:
        readers = [asyncio.create_task(follow(number, first.last)) for number in range(8)]
        for times in range(1, total + 1):
            ring(alice_ws, times)
            await asyncio.sleep(0.005)
        for heard in await asyncio.gather(*readers):
            assert heard == list(range(1, total + 1))


async def test_a_reader_that_stops_is_told_to_fetch_and_holds_nobody_up(
    server: Server, ring: Ring, alice: User, bob: User, alice_ws: Workspace
) -> None:
    async with browser(server, cookie_of(alice)) as stopped, browser(server, cookie_of(bob)) as reading:
        stopped.socket.transport.pause_reading()
        for times in range(2000):
            ring(alice_ws, times, html="x" * 8000)
            assert (await reading.frame())["d"] == {"times": times}
        stopped.socket.transport.resume_reading()
        kinds = [(await stopped.frame())["t"]]
        while kinds[-1] != "resync":
            kinds.append((await stopped.frame())["t"])
        assert len(kinds) < 2000
        ring(alice_ws, 5000)
        while (frame := await stopped.frame()).get("d") != {"times": 5000}:
            assert frame["t"] in {"bell-rang", "resync"}


async def test_redis_gone_and_back_is_said_and_then_live_again(
    server: Server, ring: Ring, alice: User, mallory: User, alice_ws: Workspace
) -> None:
    async with (
        browser(server, cookie_of(alice)) as hers,
        browser(server, cookie_of(mallory), host=world.MALLORY_HOST) as theirs,
    ):
        server.valkey.kill()
        ring(alice_ws, 1)
        assert [(await tab.frame())["t"] for tab in (hers, theirs)] == ["behind", "behind"]
        server.valkey.start()
        assert [(await tab.frame())["t"] for tab in (hers, theirs)] == ["resync", "resync"]
        assert await _next_bell(hers, lambda: ring(alice_ws, 2)) == {"times": 2}


async def _next_bell(tab: Browser, push: Callable[[], None]) -> dict[str, int]:
    """The next event; writers that were cut off send a resync of their own first."""
    frame = {"t": "resync", "d": {}}
    while frame["t"] == "resync":
        push()
        frame = await tab.frame()
    facts: dict[str, int] = frame["d"]  # type: ignore[assignment]  # JSON
    return facts


async def test_flushall_is_one_resync_and_then_live_again(
    server: Server, ring: Ring, alice: User, alice_ws: Workspace
) -> None:
    from redis import Redis

    async with browser(server, cookie_of(alice)) as tab:
        ring(alice_ws, 1)
        assert (await tab.frame())["d"] == {"times": 1}
        with Redis.from_url(server.valkey.url) as redis:
            redis.flushall()
        assert (await tab.frame())["t"] == "resync"
        ring(alice_ws, 2)
        assert (await tab.frame())["d"] == {"times": 2}
        assert await tab.silent()
