"""A browser as raw bytes: its handshake, the frames it is sent, and when each of them came.

A library's client costs more than the server that is measured, so frames are taken apart here by hand.
"""

import asyncio
import base64
import json
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

STAMP, ID, NUMBER = b'"at":', b'{"id":"', b'"number":'


class Tally:
    """What all sockets of this process were sent since it was last asked."""

    def __init__(self) -> None:
        self.latencies: list[int] = []
        self.kinds: Counter[str] = Counter()
        self.last = 0

    def note(self, frame: bytes) -> None:
        self.last = time.monotonic_ns()
        found = frame.find(STAMP)
        if found < 0:
            self.kinds[json.loads(frame)["t"]] += 1
            return
        stamp = int(frame[found + 5 : frame.index(b",", found)])
        self.latencies.append((self.last - stamp) // 1000)

    def take(self) -> dict[str, Any]:
        """Microseconds from stamp to frame, frames without a stamp by kind, and when the last frame came."""
        taken = {"latencies": self.latencies, "kinds": dict(self.kinds), "last": self.last}
        self.latencies, self.kinds = [], Counter()
        return taken


@dataclass
class Record:
    """What one browser was sent while frames are recorded, over all its connections."""

    numbers: list[int] = field(default_factory=list)
    resyncs: list[int] = field(default_factory=list)
    """When it was told to fetch what it shows, in monotonic nanoseconds."""
    after: str = ""
    """The id of the newest event it has."""

    def note(self, frame: bytes) -> None:
        if frame.startswith(ID):
            self.after = frame[len(ID) : frame.index(b'"', len(ID))].decode()
        if (found := frame.find(NUMBER)) >= 0:
            self.numbers.append(int(frame[found + len(NUMBER) :].split(b"}", 1)[0]))
        elif b'"resync"' in frame:
            self.resyncs.append(time.monotonic_ns())


class Socket(asyncio.Protocol):
    """One browser's connection: a handshake, then unmasked frames of the server."""

    def __init__(self, request: bytes, tally: Tally, record: Record | None = None) -> None:
        self.request, self.tally, self.record = request, tally, record
        self.is_leaving = False
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.buffer = self.buffer + data if self.buffer else data
        if not self.open.done():
            head, found, rest = self.buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head[:20]:
                self.open.set_exception(ConnectionError(head[:200].decode()))
                return
            self.open.set_result(None)
            self.buffer = rest
        self._frames()

    def _frames(self) -> None:
        data, at = self.buffer, 0
        while (end := frame_end(data, at)) is not None:
            start, stop = end
            self._frame(data[at] & 15, data[start:stop])
            at = stop
        self.buffer = data[at:]

    def _frame(self, opcode: int, payload: bytes) -> None:
        if opcode == 1:
            self.tally.note(payload)
            if self.record is not None:
                self.record.note(payload)
        elif opcode == 9:
            self.transport.write(bytes([0x8A, 0x80 | len(payload), 0, 0, 0, 0]) + payload)
        elif opcode == 8:
            self.tally.kinds["closed"] += 1

    def say(self, text: bytes) -> None:
        """A short text frame; its mask is nothing, which costs whoever reads it the same."""
        self.transport.write(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text)

    def leave(self) -> None:
        self.is_leaving = True
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.is_leaving:
            self.tally.kinds["lost"] += 1
        if not self.open.done():
            self.open.set_exception(exc or ConnectionError("hung up"))


def frame_end(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the payload of the frame at `at` starts and stops; None when it has not all come."""
    if len(data) < at + 2:
        return None
    length, start = data[at + 1], at + 2
    if length == 126:
        length, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
    elif length == 127:
        length, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
    return (start, start + length) if len(data) >= start + length else None


def request_of(host: str, port: int, path: str, headers: dict[str, str]) -> bytes:
    lines = {
        "Host": f"{host}:{port}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        **headers,
    }
    head = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items()), "", ""]
    return "\r\n".join(head).encode()
