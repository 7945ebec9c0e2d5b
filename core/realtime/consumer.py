"""The websocket of one browser tab: who it is, before accept; then a seat in its workspace's room.

What it is sent is decided in rooms.py next door. Its workspace is entered inside each database call,
never here.
"""

from time import monotonic
from typing import Any, ClassVar
from urllib.parse import parse_qs

import structlog
from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer
from django.db import Error as DatabaseError

from core.realtime.outbox import Message, Send
from core.realtime.process import STATE_KEY, LiveProcess, abort_of
from core.realtime.rights import Identity, identify, identify_visitor, session_key_of
from core.realtime.seat import Seat
from core.realtime.stream import StreamId, parse_id
from core.realtime.upstream import Throttle, frame_of, kind_of
from core.realtime.whisper import EVERY_SECONDS, is_whisper, overheard
from tenants.asyncio import in_place
from tenants.middleware import NOT_HERE
from tenants.sites import Site

log = structlog.get_logger(__name__)

FLOODING = 4408
SOCKETS_EACH = 12
"""Tabs that one visitor may have at one process; more than that is not somebody reading."""
VISITORS = "visitor"
"""The subprotocol of a visitor's socket; their token stands beside it."""


class LiveConsumer(AsyncConsumer):
    """Server to browser, plus pings and whispers. `?after=<id>` asks for what came since.

    No channel layer and no thread hop per message: those two are most of what a stock consumer costs.
    """

    seat: Seat | None = None
    acceptance: ClassVar[dict[str, str]] = {}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        self.scope, self.base_send = scope, send
        self.live: LiveProcess = scope["state"][STATE_KEY]
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass
        finally:
            if self.seat is not None:
                self.live.rooms.leave(self.seat)
                self.seat.outbox.discard()

    async def dispatch(self, message: Message) -> None:
        """Frames by the shortest way: finding a handler by its name costs as much as what it does."""
        if message["type"] == "websocket.receive":
            await self.websocket_receive(message)
        else:
            await getattr(self, get_handler_name(message))(message)

    async def websocket_connect(self, message: Message) -> None:
        """Identify, accept, and take a seat: after accept nothing waits until the socket is in its room."""
        site: Site = self.scope["site"]
        after = _after(self.scope)
        identity = await self.identified(site) if site.is_workspace and site.is_open else None
        if identity is None:
            await self.base_send({"type": "websocket.close", "code": NOT_HERE})
            raise StopConsumer
        seat = Seat(site, identity=identity, send=self.base_send, abort=abort_of(self.base_send))
        if identity.member.visitor and self.live.rooms.sockets_of(seat) >= SOCKETS_EACH:
            await self.base_send({"type": "websocket.close", "code": FLOODING})
            raise StopConsumer
        await self.base_send({"type": "websocket.accept", **self.acceptance})
        self.throttle, self.seat = Throttle(), seat
        self.whispered: dict[str, float] = {}
        self.live.rooms.join(seat, after=after)

    async def identified(self, site: Site) -> Identity | None:
        """The person whose cookie this is."""
        return await in_place(site.place, identify, session_key_of(_cookies(self.scope)), site=site)

    async def websocket_receive(self, message: Message) -> None:
        if self.seat is None or not self.throttle.allows():
            if self.seat is not None and self.throttle.exhausted:
                self.live.rooms.leave(self.seat)
                self.seat.close(FLOODING)
            return
        said = frame_of(message.get("text"))
        kind = kind_of(said)
        if kind == "ping":
            pong, here = self.live.rooms.pong()
            self.seat.offer(pong, position=here)
        elif is_whisper(kind) and self._is_heard(kind):
            await self._whisper(self.seat, said)

    def _is_heard(self, kind: str) -> bool:
        now = monotonic()
        if now - self.whispered.get(kind, -EVERY_SECONDS) < EVERY_SECONDS or not self.live.whispers.allows():
            return False
        self.whispered[kind] = now
        return True

    async def _whisper(self, seat: Seat, said: dict[str, object]) -> None:
        """Pass on what was said in passing; what the listeners refuse is dropped like noise."""
        try:
            found = await in_place(seat.place, overheard, seat.identity, said)
        except DatabaseError as error:
            log.info("whisper_lost", error=repr(error))
        else:
            await self.live.whispers.say(found)

    async def websocket_disconnect(self, message: Message) -> None:
        raise StopConsumer


class VisitorConsumer(LiveConsumer):
    """The socket of a stranger on somebody's site, who is known by a token and never by a cookie.

    Browsers set no headers of ours on a socket, so the token comes as its second subprotocol; whether their
    page may open one at all was asked before, by the Origin (tenants/middleware.py).
    """

    acceptance: ClassVar[dict[str, str]] = {"subprotocol": VISITORS}

    async def identified(self, site: Site) -> Identity | None:
        """The visitor whose token this is."""
        spoken = self.scope.get("subprotocols") or []
        if len(spoken) != 2 or spoken[0] != VISITORS:
            return None
        return await in_place(site.place, identify_visitor, spoken[1], origin=_origin(self.scope))


def _origin(scope: dict[str, Any]) -> str:
    found = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
    return found[0] if len(found) == 1 else ""


def _cookies(scope: dict[str, Any]) -> str:
    return "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")


def _after(scope: dict[str, Any]) -> StreamId | None:
    try:
        asked = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=5)
    except ValueError:  # more fields than that
        return None
    return parse_id(asked.get("after", [""])[0])
