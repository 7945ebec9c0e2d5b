"""One local socket: whose it is, what its browser already has, and its outbox.

Seats stand in rooms (rooms.py next door); who may have one is decided in rights.py.
"""

import asyncio
from collections.abc import Callable

from core.realtime.outbox import Message, Outbox, Send, frame
from core.realtime.rights import Identity
from core.realtime.stream import START, StreamId
from tenants.context import Place
from tenants.sites import Site

CLOSING_SECONDS = 2.0
"""How long a browser may take to read its close frame."""


class Seat:
    """`after` is the id up to which the browser has everything; `abort` ends the connection at once."""

    __slots__ = ("abort", "after", "identity", "member", "outbox", "site")

    def __init__(self, site: Site, *, identity: Identity, send: Send, abort: Callable[[], None]) -> None:
        self.site, self.abort = site, abort
        self.identity, self.member = identity, identity.member
        self.outbox = Outbox(send)
        self.after: StreamId = START

    @property
    def place(self) -> Place:
        return self.site.place

    def becomes(self, identity: Identity) -> None:
        """The same person with other rights."""
        self.identity, self.member = identity, identity.member

    def offer(self, message: Message, *, position: str) -> None:
        self.outbox.offer(message, position=position)

    def tell(self, kind: str, *, position: str) -> None:
        """A frame of our own, such as resync."""
        self.outbox.offer(frame(kind, id=position), position=position)

    def close(self, code: int) -> None:
        """Say goodbye, and hang up on whoever does not read it."""
        self.outbox.close(code)
        asyncio.get_running_loop().call_later(CLOSING_SECONDS, self.abort)
