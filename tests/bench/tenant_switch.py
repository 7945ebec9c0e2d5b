"""What it costs that each request is another workspace's: a page asked for in 300 of them in turn, beside the
same page of one workspace alone.

The whole request is measured, from the host name on, through Django's test client and the product's own pool,
by one browser per workspace whose connection goes back to the pool after each request, as in the web process.
"""

import statistics
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Any

from django.core.signals import request_finished
from django.db import close_old_connections, connection, connections
from django.test import Client

from tests.bench.installation import Installation
from tests.bench.many import many
from tests.bench.registry import Figure, Size, bench
from tests.conftest import client_of

PAGE = "/contacts/"


@bench("tenant-switch")
def measure(place: Installation, *, size: Size) -> Iterator[Figure]:
    """Requests to 300 workspaces in turn and to one of them, alternating in rounds of all."""
    request_finished.connect(close_old_connections)  # the test client takes it away, the web process has it
    desks = [client_of(one.owner, host=one.host) for one in many(size.pick(300, 30))]
    rounds = size.pick(4, 2)
    _round(desks)  # the first visit of a backend reads the schema's catalogue; see `first`
    switching, single = [], []
    for _ in range(rounds):
        switching += _round(desks)
        single += _round(desks[:1] * len(desks))
    one = statistics.median(single)
    yield Figure("request", statistics.median(switching), "ms", floor=one, n=len(single))
    yield Figure("request-p95", p95(switching), "ms", floor=p95(single), n=len(single))
    yield Figure("queries", _queries(desks), "queries", floor=_queries(desks[:1] * len(desks)), n=len(desks))
    connections["default"].close_pool()  # type: ignore[attr-defined]  # missing in the stubs
    first = _round(desks)
    yield Figure("first", statistics.median(first), "ms", floor=one, n=len(first))
    yield Figure("memory", _memory(place), "MB a backend")


def _round(desks: Sequence[Client]) -> list[float]:
    """How long each request took, in ms."""
    return [_timed(desk) for desk in desks]


def _timed(desk: Client) -> float:
    started = perf_counter()
    answer = desk.get(PAGE)
    request_finished.send(sender=None)
    spent = (perf_counter() - started) * 1000
    assert answer.status_code == 200, answer.status_code
    return spent


def _queries(desks: Sequence[Client]) -> float:
    """Queries a request, on both aliases."""
    asked = 0

    def count(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(*args)

    with connection.execute_wrapper(count), connections["shared"].execute_wrapper(count):
        _round(desks)
    return asked / len(desks)


def _memory(place: Installation) -> float:
    """The private memory of the largest backend that has visited them all."""
    import psutil

    sizes = [
        process.memory_full_info().uss
        for process in psutil.process_iter(["cmdline"])
        if any("marque_web" in part for part in process.info["cmdline"] or [])
    ]
    return max(sizes, default=0) / 2**20


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]
