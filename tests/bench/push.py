"""The way of an event to many browsers, beside a bare uvicorn process that sends the same bytes to as many.

Both are up at once, each with its own sockets, and take turns; what runs where is in sockets/ next door.
"""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack

from tests.bench.installation import Installation
from tests.bench.registry import Figure, Size, bench
from tests.bench.sockets.crowd import Room, rooms
from tests.bench.sockets.posting import bare_posts, replies
from tests.bench.sockets.processes import web_server
from tests.bench.sockets.sides import (
    HTML,
    MEMBERS,
    PING_SECONDS,
    Side,
    bare_of,
    ours_of,
    percentile,
    to_bare,
    to_ours,
)
from tests.bench.sockets.strain import strain

TURN = PING_SECONDS
"""So that each socket is pinged once in a turn, whatever the side."""


@bench("push")
def measure(place: Installation, *, size: Size) -> Iterator[Figure]:
    """1,000 sockets in 20 workspaces, 1,000 deliveries a second for 60 s; small: 200."""
    count, seconds = size.pick(20, 4), size.pick(60, 12)
    with ExitStack() as stack:
        crowd = rooms(count, members=MEMBERS)
        ours, bare = ours_of(place, stack), bare_of(place, stack)
        ours.connect([to_ours(ours, room, number) for room in crowd for number in range(MEMBERS)])
        bare.connect([to_bare(bare, room, number) for room in crowd for number in range(MEMBERS)])
        for side in (ours, bare):
            side.turn(crowd, seconds=1)
            side.latencies, side.sent, side.cpu = [], 0, 0.0
        turns = max(1, seconds // TURN)
        for _ in range(turns):
            for side in (bare, ours):
                side.turn(crowd, seconds=seconds / turns)
        yield from _figures(ours, bare)
        yield _post_figure(place, stack, ours, bare, room=crowd[0], count=size.pick(120, 30))
        yield from strain(place, ours, bare, crowd=crowd, size=size)


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
