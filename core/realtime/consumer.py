"""The websocket of one browser tab: who it is, before accept; then a seat in its workspace's room.

What it is sent is decided in rooms.py next door. Its workspace is entered inside each database call,
never here.
"""

from typing import Any
from urllib.parse import parse_qs

from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer

from core.realtime.outbox import Message, Send, frame
from core.realtime.process import STATE_KEY, LiveProcess, abort_of
from core.realtime.rights import identify, session_key_of
from core.realtime.seat import Seat
from core.realtime.stream import StreamId, id_text, parse_id
from core.realtime.upstream import Throttle, kind_of
from tenants.asyncio import in_place
from tenants.middleware import NOT_HERE
from tenants.sites import Site

FLOODING = 4408


class LiveConsumer(AsyncConsumer):
    """Server to browser, plus pings. `?after=<id>` asks for what came since.

    No channel layer and no thread hop per message: those two are most of what a stock consumer costs.
    """

    seat: Seat | None = None

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
        await getattr(self, get_handler_name(message))(message)

    async def websocket_connect(self, message: Message) -> None:
        """Identify, accept, and take a seat: after accept nothing waits until the socket is in its room."""
        site: Site = self.scope["site"]
        cookies, after = _cookies(self.scope), _after(self.scope)
        identity = None
        if site.is_workspace and site.is_open:
            identity = await in_place(site.place, identify, session_key_of(cookies), site=site)
        if identity is None:
            await self.base_send({"type": "websocket.close", "code": NOT_HERE})
            raise StopConsumer
        await self.base_send({"type": "websocket.accept"})
        self.throttle = Throttle()
        self.seat = Seat(site, identity=identity, send=self.base_send, abort=abort_of(self.base_send))
        self.live.rooms.join(self.seat, after=after)

    async def websocket_receive(self, message: Message) -> None:
        if self.seat is None or not self.throttle.allows():
            if self.seat is not None and self.throttle.exhausted:
                self.live.rooms.leave(self.seat)
                self.seat.close(FLOODING)
            return
        if kind_of(message.get("text")) == "ping":
            here = id_text(self.live.rooms.position)
            self.seat.offer(frame("pong", id=here), position=here)

    async def websocket_disconnect(self, message: Message) -> None:
        raise StopConsumer


def _cookies(scope: dict[str, Any]) -> str:
    return "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")


def _after(scope: dict[str, Any]) -> StreamId | None:
    try:
        asked = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=5)
    except ValueError:  # more fields than that
        return None
    return parse_id(asked.get("after", [""])[0])
