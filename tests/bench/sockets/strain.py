"""What the push bench does beyond its even pace: the highest rate, talk from below, three kinds of outage.

The servers and their browsers are sides.py next door; push.py runs this after its own figures.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.installation import Installation
from tests.bench.registry import Figure, Size
from tests.bench.sockets.crowd import Room
from tests.bench.sockets.sides import DELIVERIES_PER_SECOND, MEMBERS, Said, Side, percentile

SLOWEST_MS = 300
"""The highest rate is the one at which 95 of 100 frames come within this."""
FIRST_RATE, STEP, HALVINGS = 4_000, 1.4, 2
STALLED = 10
LOUD_HZ = 40
"""Messages a second to the room of those who read nothing, so that what the kernel holds for them is full."""
PACE = DELIVERIES_PER_SECOND / MEMBERS
"""Messages a second at the even pace, each to one room."""
AWAY_SECONDS = 5
REDIS_AWAY_SECONDS = 2


def strain(place: Installation, ours: Side, bare: Side, *, crowd: list[Room], size: Size) -> Iterator[Figure]:
    """All of them, the one that ends with an outage last."""
    floor = _upstream(bare, seconds=size.pick(20, 5))
    yield Figure("upstream", _upstream(ours, seconds=size.pick(20, 5)), "µs/frame", floor=floor)
    floor = _ceiling(bare, crowd, seconds=size.pick(5, 2))
    yield Figure("ceiling", _ceiling(ours, crowd, seconds=size.pick(5, 2)), "deliveries/s", floor=floor)
    yield from _stalled(ours, crowd, seconds=size.pick(20, 5))
    yield from _replay(ours, crowd)
    yield from _redis(place, ours, crowd)


def _upstream(side: Side, *, seconds: int) -> float:
    """Microseconds of the server's CPU for a frame from a browser, and its answer."""
    before = side.server.cpu_seconds()
    said = side.browsers.do("speak", seconds=seconds)
    cost = side.server.cpu_seconds() - before
    answered = side.browsers.take()["kinds"]
    assert answered.get("pong") == said, answered
    return cost / float(said) * 1_000_000


def _ceiling(side: Side, crowd: list[Room], *, seconds: int) -> float:
    """The highest rate that is kept up with, found upwards and then by halving the last step."""
    good, step = float(FIRST_RATE), STEP
    while _keeps_up(side, crowd, rate=good * step, seconds=seconds):
        good *= step
    for _ in range(HALVINGS):
        step **= 0.5
        if _keeps_up(side, crowd, rate=good * step, seconds=seconds):
            good *= step
    return good


def _keeps_up(side: Side, crowd: list[Room], *, rate: float, seconds: int) -> bool:
    """Each frame is judged by when it was due, so that a speaker that falls behind hides nothing."""
    side.browsers.take()
    hz, start = rate / MEMBERS, time.monotonic_ns()
    count = int(hz * seconds)
    for number in range(count):
        due = start + int(number / hz * 10**9)
        time.sleep(max(0.0, (due - time.monotonic_ns()) / 10**9))
        side.say(crowd[number % len(crowd)], Said(at=due, number=number))
    latencies = _drained(side)
    return len(latencies) == count * MEMBERS and percentile(latencies, 0.95) < SLOWEST_MS * 1000


def _drained(side: Side) -> list[int]:
    """Everything that still comes, until nothing came for a second."""
    latencies: list[int] = []
    while True:
        time.sleep(1.0)
        found = side.browsers.take()["latencies"]
        if not found:
            return latencies
        latencies += found


def _stalled(side: Side, crowd: list[Room], *, seconds: int) -> Iterator[Figure]:
    """The others while ten read nothing and their room is loud, beside the same while all of them read."""
    floor = _loud_turn(side, crowd, seconds=seconds)
    before = side.server.memory_kb()
    side.browsers.do("stall", count=STALLED)
    value = _loud_turn(side, crowd, seconds=seconds)
    grown = side.server.memory_kb() - before
    side.browsers.do("resume")
    _drained(side)
    yield Figure("stalled", value, "ms", floor=floor)
    yield Figure("stalled-memory", grown / STALLED, "KB/stalled", n=STALLED)


def _loud_turn(side: Side, crowd: list[Room], *, seconds: int) -> float:
    """The 95th percentile in milliseconds."""
    side.browsers.take()
    with _even_pace(side, crowd) as numbers:
        start = time.monotonic()
        for number in range(LOUD_HZ * seconds):
            time.sleep(max(0.0, start + number / LOUD_HZ - time.monotonic()))
            side.say(crowd[0], Said(at=time.monotonic_ns(), number=-number - 1), long=True)
    assert numbers
    time.sleep(0.5)
    return percentile(side.browsers.take()["latencies"], 0.95) / 1000


@contextmanager
def _even_pace(side: Side, crowd: list[Room]) -> Iterator[list[int]]:
    """Somebody who goes on speaking to the rooms in turn meanwhile; the numbers they gave, from 0."""
    over, numbers = threading.Event(), list[int]()

    def speak() -> None:
        start = time.monotonic()
        while not over.wait(max(0.0, start + len(numbers) / PACE - time.monotonic())):
            number = len(numbers)
            numbers.append(number)
            side.say(crowd[number % len(crowd)], Said(at=time.monotonic_ns(), number=number))

    speaker = threading.Thread(target=speak)
    speaker.start()
    try:
        yield numbers
    finally:
        over.set()
        speaker.join()


def _replay(side: Side, crowd: list[Room]) -> Iterator[Figure]:
    """All are gone for a while and come back in one instant, while the talk goes on."""
    sockets = side.browsers.do("record")
    with _even_pace(side, crowd) as numbers:
        time.sleep(2 * len(crowd) / PACE)  # everybody has an event to go on from
        side.browsers.do("leave")
        time.sleep(AWAY_SECONDS)
        seconds = side.browsers.do("come_back")
        time.sleep(2.0)
    time.sleep(1.0)
    missed, doubled, told, _ = _compare(side, crowd, numbers)
    yield Figure("replay", missed + doubled, "missed + doubled", n=sockets)
    yield Figure("replay-told", told, "told to fetch", n=sockets)
    yield Figure("replay-back", seconds * 1000, "ms, the last", n=sockets)


def _redis(place: Installation, side: Side, crowd: list[Room]) -> Iterator[Figure]:
    """Redis is killed and comes back empty; whoever misses something must have been told afterwards."""
    sockets = side.browsers.do("record")
    with _even_pace(side, crowd) as numbers:
        time.sleep(1.0)
        place.valkey.kill()
        time.sleep(REDIS_AWAY_SECONDS)
        place.valkey.start()
        back = time.monotonic_ns()
        time.sleep(5.0)
    time.sleep(1.0)
    missed, doubled, told, last = _compare(side, crowd, numbers, since=back)
    yield Figure("redis", missed + doubled, "lost, untold", n=sockets)
    yield Figure("redis-told", told, "told to fetch", n=sockets)
    yield Figure("redis-back", (last - back) / 1_000_000, "ms, the last", n=sockets)


def _compare(
    side: Side, crowd: list[Room], numbers: list[int], *, since: int = 0
) -> tuple[int, int, int, int]:
    """What those not told after `since` missed, what came twice, how many were told, when the last was."""
    missed = doubled = told = last = 0
    for index, (got, resyncs) in enumerate(side.browsers.do("recorded")):
        room = index // MEMBERS
        wanted = {number for number in numbers if number % len(crowd) == room}
        later = [moment for moment in resyncs if moment >= since]
        doubled += len(got) - len(set(got))
        told += bool(later)
        missed += 0 if later else len(wanted - set(got))
        last = max([last, *later[:1]])
    return missed, doubled, told, last
