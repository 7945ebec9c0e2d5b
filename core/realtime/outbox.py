"""The bounded queue in front of one socket and the loop that empties it.

Who is offered what is decided in rooms.py next door; when a socket counts as stuck, in hub.py.
"""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]

LIMIT = 64
"""Frames that wait for one socket; a browser further behind is told to fetch instead."""


def text_message(text: str) -> Message:
    return {"type": "websocket.send", "text": text}


def frame(kind: str, **values: str) -> Message:
    """A frame of the hub itself, such as hello or resync."""
    return text_message(json.dumps({"t": kind, **values}, separators=(",", ":")))


class Outbox:
    """Messages for one socket, in order; `offer` never waits and `drain` is the only one who sends."""

    __slots__ = ("_closing", "_queue", "_wake", "busy_since", "overflows")

    def __init__(self) -> None:
        self._queue: deque[Message] = deque()
        self._wake: asyncio.Future[None] | None = None
        self._closing = False
        self.busy_since: float | None = None
        self.overflows = 0

    def __len__(self) -> int:
        return len(self._queue)

    def offer(self, message: Message, *, position: str) -> None:
        """Queue a message; a full queue becomes one resync frame that stands at `position`."""
        if self._closing:
            return
        if len(self._queue) >= LIMIT:
            self._queue.clear()
            self.overflows += 1
            message = frame("resync", id=position)
        self._queue.append(message)
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def close(self, code: int) -> None:
        """Drop what waits and close the socket as the next thing."""
        self._queue.clear()
        self.offer({"type": "websocket.close", "code": code}, position="")
        self._closing = True

    async def drain(self, send: Send) -> None:
        """Send what comes until the close; `busy_since` shows the hub how long one send has been waiting."""
        loop = asyncio.get_running_loop()
        queue = self._queue
        while True:
            while queue:
                message = queue.popleft()
                self.busy_since = loop.time()
                await send(message)
                self.busy_since = None
                if message["type"] == "websocket.close":
                    return
            self._wake = loop.create_future()
            await self._wake
