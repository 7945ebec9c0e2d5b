"""What stands between the hub and one socket: messages are sent at once, or wait in a bounded queue.

Who is offered what is decided in rooms.py next door; when a socket counts as stuck, in process.py.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Generator
from types import coroutine
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
    """Messages for one socket, in order. `offer` never waits; `busy_since` says since when a send has waited.

    A server's send runs to its end in one step while the connection takes data, so it is stepped right here.
    A task for each socket that the hub would wake costs half of a delivery again.
    """

    __slots__ = ("_closing", "_queue", "_send", "_task", "busy_since", "overflows")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._queue: list[Message] = []  # most are never used, and an empty deque is twelve times as large
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self.busy_since: float | None = None
        self.overflows = 0

    def __len__(self) -> int:
        return len(self._queue)

    def offer(self, message: Message, *, position: str) -> None:
        """Send or queue a message; a full queue becomes one resync frame that stands at `position`."""
        if self._closing:
            return
        if self._task is None:
            self._start(message)
            return
        if len(self._queue) >= LIMIT:
            self._queue.clear()
            self.overflows += 1
            message = frame("resync", id=position)
        self._queue.append(message)

    def offer_in_passing(self, message: Message) -> None:
        """Send a message that may be lost: a browser that is behind has better things to hear."""
        if not self._closing and self._task is None:
            self._start(message)

    def close(self, code: int) -> None:
        """Drop what waits and close the socket as the next thing."""
        self._queue.clear()
        self.offer({"type": "websocket.close", "code": code}, position="")
        self._closing = True

    def discard(self) -> None:
        """The socket is gone: nothing is sent any more."""
        self._closing = True
        self._queue.clear()
        if self._task is not None:
            self._task.cancel()
            self._task, self.busy_since = None, None

    def _start(self, message: Message) -> None:
        sending: Any = self._send(message)
        try:
            awaited = sending.send(None)
        except StopIteration:
            return
        except Exception:  # noqa: BLE001 - a socket that cannot be written to is gone; its consumer hears of it
            self._closing = True
            return
        loop = asyncio.get_running_loop()
        self.busy_since = loop.time()
        self._task = loop.create_task(self._drain(_resumed(sending, awaited)))

    async def _drain(self, first: Awaitable[None]) -> None:
        """Wait for the connection to take data again, and send what came meanwhile."""
        loop = asyncio.get_running_loop()
        try:
            await first
            while self._queue:
                self.busy_since = loop.time()
                await self._send(self._queue.pop(0))
        except Exception:  # noqa: BLE001 - as in _start
            self._closing = True
        finally:
            self._task, self.busy_since = None, None


@coroutine
def _resumed(started: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """The rest of a coroutine that was stepped once and then waited for `awaited`."""
    try:
        yield awaited
    except BaseException as error:  # noqa: BLE001 - what ends the waiting task must end what it waits in
        started.throw(error)
    yield from started
