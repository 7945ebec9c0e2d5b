"""Many browsers in one cheap process: raw websockets (wire.py next door) that note when each frame came.

Started by processes.py. Each line on stdin is JSON: what to `do`, and with what; each gets one answer.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import uvloop

from tests.bench.sockets.wire import Record, Socket, Tally, request_of

AT_ONCE = 16
PING = b'{"t":"ping"}'


class Crowd:
    """The browsers of this process, in the order in which they came."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.asked: list[dict[str, Any]] = []
        self.sockets: list[Socket] = []
        self.records: list[Record] | None = None

    async def connect(self, *, connections: list[dict[str, Any]]) -> int:
        """Open as many more, a few at a time."""
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(connection: dict[str, Any]) -> Socket:
            async with turn:
                return await self._open(**connection)

        self.asked += connections
        self.sockets += await asyncio.gather(*map(one, connections))
        return len(connections)

    async def take(self) -> dict[str, Any]:
        """What came since the last call (Tally.take)."""
        return self.tally.take()

    async def record(self) -> int:
        """From here on keep what each browser is sent."""
        self.records = [Record() for _ in self.sockets]
        for socket, record in zip(self.sockets, self.records, strict=True):
            socket.record = record
        return len(self.records)

    async def recorded(self) -> list[list[Any]]:
        """Of each browser the numbers it was sent, and when it was told to fetch."""
        return [[record.numbers, record.resyncs] for record in self.records or []]

    async def leave(self) -> int:
        """All go at once, as when a network is gone."""
        for socket in self.sockets:
            socket.leave()
        return len(self.sockets)

    async def come_back(self) -> float:
        """All open again at once, from the last event each has; seconds until the last is in."""
        started, records = time.monotonic(), self.records or []
        back = [
            self._open(**{**asked, "path": f"{asked['path']}?after={record.after}"}, record=record)
            for asked, record in zip(self.asked, records, strict=True)
        ]
        self.sockets = await asyncio.gather(*back)
        return time.monotonic() - started

    async def stall(self, *, count: int) -> int:
        """The first ones read nothing any more."""
        for socket in self.sockets[:count]:
            socket.transport.pause_reading()
        return count

    async def resume(self) -> int:
        for socket in self.sockets:
            socket.transport.resume_reading()
        return len(self.sockets)

    async def speak(self, *, seconds: int) -> int:
        """Each says one frame a second, spread over it; how many were said."""
        started, count = time.monotonic(), len(self.sockets)
        for number in range(count * seconds):
            await asyncio.sleep(max(0.0, started + number / count - time.monotonic()))
            self.sockets[number % count].say(PING)
        return count * seconds

    async def _open(
        self, host: str, port: int, path: str, headers: dict[str, str], record: Record | None = None
    ) -> Socket:
        request = request_of(host, port, path, headers)
        _, socket = await asyncio.get_running_loop().create_connection(
            lambda: Socket(request, self.tally, record), "127.0.0.1", port
        )
        await socket.open
        return socket


async def main() -> None:
    loop, crowd = asyncio.get_running_loop(), Crowd()
    lines = asyncio.StreamReader(limit=1 << 26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        wanted = json.loads(line)
        act: Callable[..., Awaitable[Any]] = getattr(crowd, wanted.pop("do"))
        sys.stdout.write(json.dumps(await act(**wanted)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(main())
