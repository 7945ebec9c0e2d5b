"""A visitor's socket at a real process: who gets in by Origin and token, what it hears, when it is cut."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from websockets.asyncio.client import connect

from core.accounts.models import User
from core.contacts.models import Contact
from core.realtime.audience import everyone, visitors
from core.realtime.push import push_on_commit
from inbox.conversations.domain.append import append, locked
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.domain.seen import mark_seen
from inbox.conversations.enums import Direction, MessageState
from inbox.conversations.models import Message
from inbox.conversations.push import push_message
from inbox.transports.chat.domain.visits import Said, come, write
from inbox.transports.chat.models import ChatWidget, Visitor
from inbox.transports.chat.token import make_token
from tenants.asyncio import in_place
from tenants.context import place_of, workspace
from tenants.models import Workspace
from tests import world
from tests.core.realtime.conftest import (  # noqa: F401 - fixtures, used by name
    BellRang,
    cookies,
    server,
)
from tests.core.realtime.server import ORIGIN, Browser, Cookies, Server, browser, handshake
from tests.inbox.transports.chat.conftest import SITE

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("committed")]

PATH = "/ws/visitor/"


class Vera:
    """A visitor with a conversation, committed."""

    def __init__(self, row: Workspace) -> None:
        self.place = place_of(row)
        with workspace(self.place):
            self.visitor, secret = come()
            self.token = make_token(self.visitor.id, secret=secret)
            self.message = write(self.visitor, Said(text="Hello?", key=uuid4()))
            self.visitor.refresh_from_db()

    @property
    def offers(self) -> list[str]:
        return ["visitor", self.token]


WHAT_IS_TOLD = {"id", "at", "own", "name", "initials", "text", "key", "files", "until"}


@pytest.fixture
def chats(alice_ws: Workspace, mallory_ws: Workspace) -> Iterator[None]:
    """Both workspaces have a chat, which the same site may show; nothing of it stays."""
    for row in (alice_ws, mallory_ws):
        with workspace(row):
            ChatWidget.objects.create(origins=[SITE])
    yield
    for row in (alice_ws, mallory_ws):
        with workspace(row):
            Visitor.objects.all().delete()
            Contact.objects.filter(conversations__channel="chat").delete()
            ChatWidget.objects.all().delete()


@pytest.fixture
def at(server: Server, settings: Any, chats: None) -> Server:  # noqa: F811 - the fixture
    """The process, and a Redis that what the test does is told to."""
    settings.REDIS_URL = server.valkey.url
    return server


@pytest.fixture
def vera(at: Server, alice_ws: Workspace) -> Vera:
    return Vera(alice_ws)


@pytest.fixture
def otto(at: Server, alice_ws: Workspace) -> Vera:
    return Vera(alice_ws)


@pytest.fixture
def mallorys(at: Server, mallory_ws: Workspace) -> Vera:
    return Vera(mallory_ws)


@asynccontextmanager
async def tab_of(one: Vera, at: Server, *, host: str = world.ALICE_HOST) -> AsyncIterator[Browser]:
    async with connect(
        f"ws://{host}:{at.port}{PATH}",
        host="127.0.0.1",
        port=at.port,
        origin=SITE,  # type: ignore[arg-type]  # a NewType of str
        subprotocols=["visitor", one.token],  # type: ignore[list-item]  # the same
        compression=None,
        proxy=None,
    ) as socket:
        assert socket.subprotocol == "visitor"
        found = Browser(socket=socket)
        assert (await found.frame())["t"] == "hello"
        yield found


@pytest.mark.parametrize(
    "origins",
    [
        [],
        ["null"],
        [""],
        ["https://evil.test"],
        ["http://shop.example"],
        ["https://shop.example:8443"],
        ["https://shop.example.evil.test"],
        ["https://www.shop.example"],
        ["https://shop.example/"],
        [ORIGIN.format(host=world.ALICE_HOST)],
        [ORIGIN.format(host=world.MALLORY_HOST)],
    ],
)
async def test_a_site_that_is_not_listed_is_refused(at: Server, vera: Vera, origins: list[str]) -> None:
    headers = [("Origin", origin) for origin in origins]
    assert await handshake(at, headers, path=PATH, offers=vera.offers) == 403


async def test_a_listed_site_is_let_in_here_and_nowhere_else(
    at: Server,
    vera: Vera,
    cookies: Cookies,  # noqa: F811 - the fixture
) -> None:
    listed = ("Origin", SITE)
    assert await handshake(at, [listed], offers=vera.offers, path=PATH) == 101
    assert await handshake(at, [("Cookie", cookies["alice"]), listed]) == 403
    assert await handshake(at, [("Cookie", cookies["alice"]), listed], offers=vera.offers) == 403
    assert await handshake(at, [("Origin", ORIGIN.format(host=world.ALICE_HOST))], offers=vera.offers) == 403


@pytest.mark.parametrize(
    "offered", ["", "visitor", "visitor, x", "x, {}", "{}", "visitor, {}, x", "visitor, {}x", "{}, visitor"]
)
async def test_without_its_token_nobody_gets_in(at: Server, vera: Vera, offered: str) -> None:
    headers = [("Origin", SITE)]
    if offered:
        headers.append(("Sec-WebSocket-Protocol", offered.format(vera.token)))
    assert await handshake(at, headers, path=PATH) in {400, 403}


async def test_a_cookie_is_no_token(
    at: Server,
    vera: Vera,
    cookies: Cookies,  # noqa: F811 - the fixture
) -> None:
    for offered in ([], [("Sec-WebSocket-Protocol", "visitor, x")]):
        headers = [("Origin", SITE), ("Cookie", cookies["alice"]), *offered]
        assert await handshake(at, headers, path=PATH) == 403


async def test_other_workspaces_token_is_refused(at: Server, vera: Vera, mallorys: Vera) -> None:
    listed = ("Origin", SITE)
    assert await handshake(at, [listed], offers=mallorys.offers, path=PATH) == 403
    assert await handshake(at, [listed], offers=mallorys.offers, path=PATH, host=world.MALLORY_HOST) == 101
    for host in (world.ROSA_HOST, world.PLATFORM_HOST, "nobody.test"):
        assert await handshake(at, [listed], offers=vera.offers, path=PATH, host=host) == 403


async def test_it_hears_its_own_conversation_and_nothing_else(
    at: Server, vera: Vera, otto: Vera, mallorys: Vera, alice: User
) -> None:
    @transaction.atomic
    def happen() -> None:
        queue_reply(otto.message.conversation, author=alice, text="To Otto")
        row = locked(vera.message.conversation_id)
        note = Message(direction=Direction.NOTE, author=alice, body_text="A note", state=MessageState.STORED)
        push_message(append(row, message=note), is_new_conversation=False)
        push_on_commit(BellRang(times=1), audience=everyone(), html="<p>For the team</p>")
        queue_reply(vera.message.conversation, author=alice, text="To Vera")

    async with (
        tab_of(vera, at) as hers,
        tab_of(otto, at) as his,
        tab_of(mallorys, at, host=world.MALLORY_HOST) as foreign,
    ):
        await in_place(vera.place, happen)
        assert [(await tab.frame())["t"] for tab in (his, hers)] == ["chat_seen"] * 2
        frame = await hers.frame()
        assert (frame["t"], frame["html"], frame["d"]["message"]["text"]) == ("chat_message", "", "To Vera")
        assert set(frame["d"]["message"]) == WHAT_IS_TOLD
        assert (await his.frame())["d"]["message"]["text"] == "To Otto"
        assert [await tab.silent() for tab in (hers, his, foreign)] == [True] * 3


async def test_what_was_missed_is_told_again(at: Server, vera: Vera, alice: User) -> None:
    async with tab_of(vera, at) as tab:
        last = tab.last
    await in_place(vera.place, queue_reply, vera.message.conversation, author=alice, text="Missed")
    async with connect(
        f"ws://{world.ALICE_HOST}:{at.port}{PATH}?after={last}",
        host="127.0.0.1",
        port=at.port,
        origin=SITE,  # type: ignore[arg-type]  # a NewType of str
        subprotocols=["visitor", vera.token],  # type: ignore[list-item]  # the same
        proxy=None,
    ) as socket:
        frames = [json.loads(await asyncio.wait_for(socket.recv(), 8)) for _ in range(3)]
    assert [frame["t"] for frame in frames] == ["hello", "chat_seen", "chat_message"]
    assert frames[2]["d"]["message"]["text"] == "Missed"


async def test_a_long_answer_is_fetched(at: Server, vera: Vera, alice: User) -> None:
    async with tab_of(vera, at) as tab:
        await in_place(vera.place, queue_reply, vera.message.conversation, author=alice, text="ä" * 5_000)
        assert (await tab.frame())["t"] == "chat_seen"
        frame = await tab.frame()
        assert (frame["t"], frame["d"]) == ("chat_message", {"message": None})


async def test_seen_is_told(at: Server, vera: Vera, alice: User) -> None:
    async with tab_of(vera, at) as tab:
        await in_place(vera.place, mark_seen, vera.message.conversation, user=alice, seq=1)
        frame = await tab.frame()
        assert (frame["t"], frame["d"]) == ("chat_seen", {"message": str(vera.message.id)})


async def test_typing_goes_both_ways_and_to_nobody_else(
    at: Server,
    vera: Vera,
    otto: Vera,
    mallorys: Vera,
    cookies: Cookies,  # noqa: F811 - the fixture
) -> None:
    own, others = str(vera.message.conversation_id), str(otto.message.conversation_id)
    async with (
        tab_of(vera, at) as hers,
        tab_of(otto, at) as his,
        tab_of(mallorys, at, host=world.MALLORY_HOST) as foreign,
        browser(at, cookies["alice"]) as alices,
        browser(at, cookies["mallory"], host=world.MALLORY_HOST) as mallory,
    ):
        # whatever conversation a visitor names, it is their own that they type in
        await hers.socket.send(json.dumps({"t": "typing", "c": others, "conversation": others}))
        frame = await alices.frame()
        assert frame == {"t": "typing", "d": {"conversation": own, "by": "contact"}}
        await alices.socket.send(json.dumps({"t": "typing", "c": own}))
        assert await hers.frame() == {"t": "typing", "d": {"name": "Alice Archer"}}
        await mallory.socket.send(json.dumps({"t": "typing", "c": own}))
        for noise in ('{"t":"typing"}', '{"t":"typing","c":1}', '{"t":"typing","c":"x"}'):
            await alices.socket.send(noise)
        assert [await tab.silent() for tab in (hers, his, foreign, mallory)] == [True] * 4


async def test_typing_is_not_heard_as_often_as_it_is_said(
    at: Server,
    vera: Vera,
    cookies: Cookies,  # noqa: F811 - the fixture
) -> None:
    async with tab_of(vera, at) as hers, browser(at, cookies["alice"]) as alices:
        for _ in range(10):
            await hers.socket.send('{"t":"typing"}')
        assert (await alices.frame())["t"] == "typing"
        assert await alices.silent()


def _block(one: Vera) -> None:
    Visitor.objects.filter(id=one.visitor.id).update(is_blocked=True)


def _another_secret(one: Vera) -> None:
    Visitor.objects.filter(id=one.visitor.id).update(secret_hash="0" * 64)


def _delete(one: Vera) -> None:
    Visitor.objects.filter(id=one.visitor.id).delete()


def _off(one: Vera) -> None:
    ChatWidget.objects.update(is_active=False)


def _another_site(one: Vera) -> None:
    ChatWidget.objects.update(origins=["https://other.example"])


@pytest.mark.parametrize("harm", [_block, _another_secret, _delete])
async def test_who_may_no_longer_chat_is_cut_and_nobody_else(
    at: Server, vera: Vera, otto: Vera, harm: Callable[[Vera], None]
) -> None:
    async with tab_of(vera, at) as hers, tab_of(otto, at) as his:
        await in_place(vera.place, harm, vera)
        assert await hers.closed(seconds=6) == 4403
        assert await his.silent()
    assert await handshake(at, [("Origin", SITE)], offers=vera.offers, path=PATH) == 403


@pytest.mark.parametrize("harm", [_off, _another_site])
async def test_a_site_that_may_no_longer_show_it_is_cut(
    at: Server, vera: Vera, harm: Callable[[Vera], None]
) -> None:
    async with tab_of(vera, at) as hers:
        await in_place(vera.place, harm, vera)
        assert await hers.closed(seconds=6) == 4403


async def test_a_visitor_has_a_dozen_tabs_at_most(at: Server, vera: Vera, otto: Vera) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(12):
            await stack.enter_async_context(tab_of(vera, at))
        listed = ("Origin", SITE)
        assert await handshake(at, [listed], offers=vera.offers, path=PATH) == 403
        assert await handshake(at, [listed], offers=otto.offers, path=PATH) == 101


async def test_an_event_of_the_team_names_no_visitor(at: Server, vera: Vera) -> None:
    """A grant to one visitor is heard by that one alone, also where a user has the same id."""
    async with tab_of(vera, at) as hers:

        def tell() -> None:
            push_on_commit(BellRang(times=1), audience=visitors([uuid4()]))
            push_on_commit(BellRang(times=2), audience=visitors([vera.visitor.id]))

        await in_place(vera.place, tell)
        assert (await hers.frame())["d"] == {"times": 2}
