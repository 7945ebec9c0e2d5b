"""The two servers of the push bench with the browsers of each, and what is measured while they speak.

What is asked of them is in push.py and, for the strain, strain.py next door.
"""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from websockets.sync.client import connect

from core.realtime.audience import everyone
from core.realtime.events import Event
from core.realtime.publisher import Publisher
from core.realtime.push import body_of
from core.realtime.stream import Entry
from deploy.dev.problem import Problem
from tests.bench.installation import Installation
from tests.bench.sockets.crowd import Room
from tests.bench.sockets.posting import Post
from tests.bench.sockets.processes import Browsers, Server, browsers, websocket_server

MEMBERS = 50
DELIVERIES_PER_SECOND = 1_000
WARM_UP = 20
ARRIVING = 5
"""Sockets that open at the same time."""
PING_SECONDS = 20
"""uvicorn's `--ws-ping-interval`."""
HTML = '<li id="m1" hx-swap-oob="beforeend">' + "A reply of the usual length, with é. " * 18 + "</li>"
LONG = HTML * 11


@dataclass(frozen=True, slots=True)
class Said(Event):
    """A message as the inbox announces it; `at` is when, on the machine's monotonic clock in nanoseconds."""

    type: ClassVar[str] = "bench-said"
    at: int
    number: int


class Say(Protocol):
    """Tell a room; a `long` message is as long as one may be that still goes along whole."""

    def __call__(self, room: Room, said: Said, *, long: bool = False) -> None: ...


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass
class Side:
    """One server with its browsers, and what was measured of it."""

    server: Server
    browsers: Browsers
    say: Say
    opened: int = 0
    idle_kb: float = 0.0
    full_kb: float = 0.0
    sent: int = 0
    cpu: float = 0.0
    latencies: list[int] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)

    def connect(self, connections: list[dict[str, Any]]) -> None:
        """Open a few first: what the process loads at its first handshakes is not counted.

        They come one after the other, not at once: uvicorn pings each every 20 s, and a thousand pings in one
        step of its loop cost a fraction of what those of a crowd do that came over a while.
        """
        self.browsers.connect(connections[:WARM_UP])
        time.sleep(1.0)
        self.idle_kb = self.server.memory_kb()
        for start in range(WARM_UP, len(connections), ARRIVING):
            self.browsers.connect(connections[start : start + ARRIVING])
            time.sleep(ARRIVING * PING_SECONDS / max(len(connections), 1))
        self.opened = len(connections) - WARM_UP
        time.sleep(1.0)
        self.full_kb = self.server.memory_kb()
        self.browsers.take()

    def turn(self, crowd: list[Room], *, seconds: float) -> None:
        """Speak to the rooms in turn for a while and add up what came of it."""
        rate = DELIVERIES_PER_SECOND / MEMBERS
        before, start = self.server.cpu_seconds(), time.monotonic()
        for number in range(int(rate * seconds)):
            time.sleep(max(0.0, start + number / rate - time.monotonic()))
            self.say(crowd[number % len(crowd)], Said(at=time.monotonic_ns(), number=number))
            self.sent += MEMBERS
        time.sleep(0.5)
        self.cpu += self.server.cpu_seconds() - before
        taken = self.browsers.take()
        self.latencies += taken["latencies"]
        for kind, count in taken["kinds"].items():
            self.others[kind] = self.others.get(kind, 0) + count

    def percentile(self, share: float) -> float:
        """Milliseconds."""
        return percentile(self.latencies, share) / 1000

    def post(self, post: Post) -> float:
        """Milliseconds from a POST to the last browser's frame."""
        self.browsers.take()
        started, frames = time.monotonic_ns(), 0
        taken: dict[str, Any] = {"last": 0}
        post()
        while frames < MEMBERS:
            taken = self.browsers.take()
            frames += sum(taken["kinds"].values())
            if time.monotonic_ns() - started > 10**10:
                raise Problem(f"{frames} of {MEMBERS} frames came within 10 s of a POST")
        return float(taken["last"] - started) / 1_000_000

    def cpu_per_delivery(self) -> float:
        """Microseconds."""
        return self.cpu / len(self.latencies) * 1_000_000

    def memory_per_socket(self) -> float:
        """Kilobytes."""
        return (self.full_kb - self.idle_kb) / self.opened


def ours_of(place: Installation, stack: ExitStack) -> Side:
    server = stack.enter_context(websocket_server(place.state, place.env, floor=False))
    publisher = Publisher(place.valkey.url)
    stack.callback(publisher.close)

    def say(room: Room, said: Said, *, long: bool = False) -> None:
        body = body_of(said, html=LONG if long else HTML)
        publisher.publish(Entry(schema=room.place.schema, audience=everyone(), body=body))

    return Side(server, stack.enter_context(browsers(place.env)), say)


def bare_of(place: Installation, stack: ExitStack) -> Side:
    server = stack.enter_context(websocket_server(place.state, place.env, floor=True))
    speaker = stack.enter_context(
        connect(f"ws://127.0.0.1:{server.port}/say/all", compression=None, proxy=None)
    )

    def say(room: Room, said: Said, *, long: bool = False) -> None:
        body = body_of(said, html=LONG if long else HTML)
        text = Entry(schema="", audience=everyone(), body=body).text((said.at // 10**6, 0))
        speaker.send(f"{room.host} {text}")

    return Side(server, stack.enter_context(browsers(place.env)), say)


def to_ours(side: Side, room: Room, number: int) -> dict[str, Any]:
    return {"host": room.host, "port": side.server.port, "path": "/ws/", "headers": room.headers(number)}


def to_bare(side: Side, room: Room, number: int) -> dict[str, Any]:
    return {**to_ours(side, room, number), "path": f"/room/{room.host}"}
