"""The way of an event to many browsers, beside a bare uvicorn process that sends the same bytes to as many.

Both are up at once, each with its own sockets, and take turns; what runs where is in sockets/ next door.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, ClassVar

from websockets.sync.client import connect

from core.realtime.audience import everyone
from core.realtime.events import Event
from core.realtime.publisher import Publisher
from core.realtime.push import body_of
from core.realtime.stream import Entry
from deploy.dev.problem import Problem
from tests.bench.installation import Installation
from tests.bench.registry import Figure, Size, bench
from tests.bench.sockets.crowd import Room, rooms
from tests.bench.sockets.posting import Post, bare_posts, replies
from tests.bench.sockets.processes import Browsers, Server, browsers, web_server, websocket_server

MEMBERS = 50
DELIVERIES_PER_SECOND = 1_000
TURNS = 6
WARM_UP = 20
HTML = '<li id="m1" hx-swap-oob="beforeend">' + "A reply of the usual length, with é. " * 18 + "</li>"


@dataclass(frozen=True, slots=True)
class Said(Event):
    """A message as the inbox announces it; `at` is when, on the machine's monotonic clock in nanoseconds."""

    type: ClassVar[str] = "bench-said"
    at: int
    number: int


Say = Callable[[Room, Said], None]


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
        """Open a few first: what the process loads at its first handshakes is not counted."""
        self.browsers.connect(connections[:WARM_UP])
        time.sleep(1.0)
        self.idle_kb = self.server.memory_kb()
        self.browsers.connect(connections[WARM_UP:])
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


@bench("push")
def measure(place: Installation, *, size: Size) -> Iterator[Figure]:
    """1,000 sockets in 20 workspaces, 1,000 deliveries a second for 60 s; small: 200."""
    count, seconds = size.pick(20, 4), size.pick(60, 12)
    with ExitStack() as stack:
        crowd = rooms(count, members=MEMBERS)
        ours, bare = _ours(place, stack), _bare(place, stack)
        ours.connect([_to_ours(ours, room, number) for room in crowd for number in range(MEMBERS)])
        bare.connect([_to_bare(bare, room, number) for room in crowd for number in range(MEMBERS)])
        for side in (ours, bare):
            side.turn(crowd, seconds=1)
            side.latencies, side.sent, side.cpu = [], 0, 0.0
        for _ in range(TURNS):
            for side in (bare, ours):
                side.turn(crowd, seconds=seconds / TURNS)
        yield from _figures(ours, bare)
        yield _post_figure(place, stack, ours, bare, room=crowd[0], count=size.pick(120, 30))


def _figures(ours: Side, bare: Side) -> Iterator[Figure]:
    n = len(ours.latencies)
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        yield Figure(name, ours.percentile(share), "ms", floor=bare.percentile(share), n=n)
    yield Figure("cpu", ours.cpu_per_delivery(), "µs/delivery", floor=bare.cpu_per_delivery(), n=n)
    memory = [side.memory_per_socket() for side in (ours, bare)]
    yield Figure("memory", memory[0], "KB/socket", floor=memory[1], n=ours.opened)
    yield Figure("lost", ours.sent - n + sum(ours.others.values()), "deliveries", n=ours.sent)


def _post_figure(
    place: Installation, stack: ExitStack, ours: Side, bare: Side, *, room: Room, count: int
) -> Figure:
    """A reply through the real view, beside a POST to the bare server that sends as many bytes on."""
    reply = replies(room, stack.enter_context(web_server(place.state, place.env)))
    bare_post = bare_posts(room, bare.server.port, text=json.dumps({"t": "bench", "html": HTML * 2}))
    samples: tuple[list[float], list[float]] = ([], [])
    for number in range(count + 5):
        pair = bare.post(bare_post), ours.post(reply)
        if number >= 5:
            samples[0].append(pair[0])
            samples[1].append(pair[1])
        time.sleep(0.05)
    floor, value = (percentile(side, 0.95) for side in samples)
    return Figure("post", value, "ms", floor=floor, n=count)


def _ours(place: Installation, stack: ExitStack) -> Side:
    server = stack.enter_context(websocket_server(place.state, place.env, floor=False))
    publisher = Publisher(place.valkey.url)
    stack.callback(publisher.close)

    def say(room: Room, said: Said) -> None:
        body = body_of(said, html=HTML)
        publisher.publish(Entry(schema=room.place.schema, audience=everyone(), body=body))

    return Side(server, stack.enter_context(browsers(place.env)), say)


def _bare(place: Installation, stack: ExitStack) -> Side:
    server = stack.enter_context(websocket_server(place.state, place.env, floor=True))
    speaker = stack.enter_context(
        connect(f"ws://127.0.0.1:{server.port}/say/all", compression=None, proxy=None)
    )

    def say(room: Room, said: Said) -> None:
        text = Entry(schema="", audience=everyone(), body=body_of(said, html=HTML)).text(
            (said.at // 10**6, 0)
        )
        speaker.send(f"{room.host} {text}")

    return Side(server, stack.enter_context(browsers(place.env)), say)


def _to_ours(side: Side, room: Room, number: int) -> dict[str, Any]:
    return {"host": room.host, "port": side.server.port, "path": "/ws/", "headers": room.headers(number)}


def _to_bare(side: Side, room: Room, number: int) -> dict[str, Any]:
    return {**_to_ours(side, room, number), "path": f"/room/{room.host}"}
