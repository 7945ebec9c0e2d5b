"""Who gets through the websocket's door of a real process, and who is refused before it is accepted."""

import asyncio

import pytest

from tenants.models import Workspace
from tests import world
from tests.core.realtime.server import ORIGIN, Cookies, Server, handshake, suspended

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("committed")]

GOOD_ORIGIN = ORIGIN.format(host=world.ALICE_HOST)
SITES_ARE_REMEMBERED_FOR = 3.1


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
    ],
)
async def test_a_foreign_or_missing_origin_is_refused(
    server: Server, cookies: Cookies, origins: list[str]
) -> None:
    cookie = ("Cookie", cookies["alice"])
    assert await handshake(server, [cookie, *(("Origin", origin) for origin in origins)]) == 403
    assert await handshake(server, [cookie, ("Origin", GOOD_ORIGIN)]) == 101


async def test_two_origins_are_not_even_a_handshake(server: Server, cookies: Cookies) -> None:
    origins = [("Origin", GOOD_ORIGIN), ("Origin", ORIGIN.format(host=world.MALLORY_HOST))]
    assert await handshake(server, [("Cookie", cookies["alice"]), *origins]) == 400


@pytest.mark.parametrize(
    "cookie", ["", "marque=", "marque=nosuchsession000", 'marque="\\000abcdefgh"', "other=x", "marque"]
)
async def test_without_a_session_nobody_gets_in(server: Server, cookie: str) -> None:
    assert await handshake(server, [("Cookie", cookie), ("Origin", GOOD_ORIGIN)]) == 403


@pytest.mark.parametrize("stranger", ["mallory", "rosa", "olga"])
async def test_other_places_cookie_is_refused(server: Server, cookies: Cookies, stranger: str) -> None:
    assert await handshake(server, [("Cookie", cookies[stranger]), ("Origin", GOOD_ORIGIN)]) == 403


@pytest.mark.parametrize(("host", "who"), [(world.ROSA_HOST, "rosa"), (world.PLATFORM_HOST, "olga")])
async def test_consoles_have_no_socket(server: Server, cookies: Cookies, host: str, who: str) -> None:
    headers = [("Cookie", cookies[who]), ("Origin", ORIGIN.format(host=host))]
    assert await handshake(server, headers, host=host) == 403


async def test_an_unknown_host_is_refused(server: Server, cookies: Cookies) -> None:
    headers = [("Cookie", cookies["alice"]), ("Origin", ORIGIN.format(host="nobody.test"))]
    assert await handshake(server, headers, host="nobody.test") == 403


@pytest.mark.parametrize("path", ["/", "/ws/elsewhere/", "/ws", "/inbox/"])
async def test_an_unknown_path_is_refused(server: Server, cookies: Cookies, path: str) -> None:
    headers = [("Cookie", cookies["alice"]), ("Origin", GOOD_ORIGIN)]
    assert await handshake(server, headers, path=path) == 403


async def test_what_is_asked_for_in_vain_is_left_aside(server: Server, cookies: Cookies) -> None:
    headers = [("Cookie", cookies["alice"]), ("Origin", GOOD_ORIGIN)]
    assert await handshake(server, headers, path="/ws/?a&b&c&d&e&f&g") == 101


async def test_http_is_a_plain_404(server: Server) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET /ws/ HTTP/1.1\r\nHost: alice.test\r\nConnection: close\r\n\r\n")
    answer = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    assert answer.startswith("HTTP/1.1 404")
    assert answer.endswith("\r\n\r\nNot found\n")


async def test_a_suspended_workspace_is_refused(
    server: Server, cookies: Cookies, alice_ws: Workspace
) -> None:
    headers = [("Cookie", cookies["alice"]), ("Origin", GOOD_ORIGIN)]
    assert await handshake(server, headers) == 101
    async with suspended(alice_ws):
        await asyncio.sleep(SITES_ARE_REMEMBERED_FOR)
        assert await handshake(server, headers) == 403
    await asyncio.sleep(SITES_ARE_REMEMBERED_FOR)
    assert await handshake(server, headers) == 101
