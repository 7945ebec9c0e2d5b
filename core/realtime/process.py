"""What one websocket process runs beside its sockets: hub, guard, whispers, and an eye on stuck sockets.

deploy/asgi.py starts and ends it with the process; the consumer finds it in the scope's state.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from core.realtime.guard import Guard
from core.realtime.hub import Hub
from core.realtime.outbox import Send
from core.realtime.rooms import Rooms
from core.realtime.whisper import Whispers

log = structlog.get_logger(__name__)

STATE_KEY = "live"
READY_SECONDS = 2.0
TEND_SECONDS = 1.0
CANCEL_SECONDS = 0.5
STUCK_SECONDS = 20.0
"""A socket whose one send waits this long has a reader that stopped; pings do not find it."""


class LiveProcess:
    """Started once per process, inside its event loop."""

    def __init__(self, url: str, *, build: str = "") -> None:
        self.hub = Hub(url, build=build)
        self.rooms = self.hub.rooms
        self.guard = Guard(self.rooms)
        self.whispers = Whispers(url, self.rooms)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start following; returns when the stream was reached, or soon without it."""
        runs = (self.hub.run, self.guard.run, self.whispers.run, self._tend)
        self._tasks = [asyncio.create_task(run()) for run in runs]
        with suppress(TimeoutError):
            await asyncio.wait_for(self.hub.ready.wait(), READY_SECONDS)

    async def stop(self) -> None:
        """Cancel until it is heard: under uvloop a cancel that meets the client connecting gets lost."""
        left = set(self._tasks)
        while left:
            for task in left:
                task.cancel()
            _, left = await asyncio.wait(left, timeout=CANCEL_SECONDS)

    async def _tend(self) -> None:
        while True:
            await asyncio.sleep(TEND_SECONDS)
            self.rooms.sweep()
            put_out_stuck(self.rooms, now=asyncio.get_running_loop().time())


def put_out_stuck(rooms: Rooms, *, now: float) -> None:
    """End the connections whose send has been waiting for too long; what they hold is freed at once."""
    for seat in rooms.seats():
        since = seat.outbox.busy_since
        if since is not None and now - since > STUCK_SECONDS:
            log.info("socket_evicted", schema=seat.place.schema, user=seat.member.user or seat.member.visitor)
            rooms.leave(seat)
            seat.abort()


def abort_of(send: Send) -> Callable[[], None]:
    """How to end this connection without waiting for its buffer, which a closed ASGI socket would do.

    The server's `send` is a method of its connection, and that has the transport. Where it is not, as in an
    in-process test, there is nothing to end.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    abort: Callable[[], None] | None = getattr(transport, "abort", None)
    return abort or _nothing


def _nothing() -> None:
    return None
