"""A hundred people reading one lively conversation: how often what they have seen is written down.

Their windows say it as fast as the web process answers, far oftener than a browser would. What is counted is
what Postgres says it wrote.
"""

import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlencode

import psycopg
from django.conf import settings
from django.urls import reverse

from inbox.conversations.models import Conversation, SeenMark
from tenants.context import workspace
from tests.bench.installation import Installation
from tests.bench.registry import Figure, Size, bench
from tests.bench.sockets.crowd import Room, rooms
from tests.bench.sockets.posting import CSRF, conversation_in
from tests.bench.sockets.processes import web_server
from tests.bench.sockets.sides import percentile

AGENTS, WINDOWS = 100, 20
LAST_SEQ = 1_000_000
"""More than anybody says here, so that each says something newer than before."""

_WRITTEN = "SELECT n_tup_ins + n_tup_upd FROM pg_stat_user_tables WHERE schemaname = %s AND relname = %s"


class Readers:
    """Some agents whose windows tell, one after the other, what is in view there."""

    def __init__(self, port: int, room: Room, *, path: str, numbers: list[int]) -> None:
        self.path = path
        self.connection = HTTPConnection("127.0.0.1", port, timeout=20)
        self.headers = [_headers(room, number, port=port) for number in numbers]
        self.seconds: list[float] = []

    def read_until(self, end: float) -> None:
        seq = 0
        while time.time() < end:
            seq += 1
            for headers in self.headers:
                self._tell(seq, headers=headers)

    def _tell(self, seq: int, *, headers: dict[str, str]) -> None:
        started = time.perf_counter()
        self.connection.request("POST", self.path, body=urlencode({"seq": seq}).encode(), headers=headers)
        answer = self.connection.getresponse()
        answer.read()
        self.seconds.append(time.perf_counter() - started)
        assert answer.status in {204, 429}, answer.status


@bench("seen")
def measure(place: Installation, *, size: Size) -> Iterator[Figure]:
    """100 agents for 20 s; small: 5 s."""
    (room,) = rooms(1, members=AGENTS)
    conversation = conversation_in(room)
    with workspace(room.place):
        Conversation.objects.filter(id=conversation).update(next_seq=LAST_SEQ + 1)
        SeenMark.objects.filter(conversation=conversation).delete()
    path = reverse("inbox:seen", args=[conversation], urlconf=settings.SITE_URLCONFS["workspace"])
    with web_server(place.state, place.env) as port:
        shares = [list(range(start, AGENTS, WINDOWS)) for start in range(WINDOWS)]
        crowd = [Readers(port, room, path=path, numbers=share) for share in shares]
        before, lasted = _written(place, room), float(size.pick(20, 5))
        _all(crowd, end=time.time() + lasted)
        time.sleep(1.5)  # until Postgres has counted
        yield from _figures(crowd, rows=_written(place, room) - before, lasted=lasted)


def _all(crowd: list[Readers], *, end: float) -> None:
    threads = [threading.Thread(target=readers.read_until, args=[end]) for readers in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _figures(crowd: list[Readers], *, rows: int, lasted: float) -> Iterator[Figure]:
    told = [seconds * 1000 for readers in crowd for seconds in readers.seconds]
    yield Figure("writes", rows / AGENTS / lasted, "rows/agent/s", n=rows)
    yield Figure("told", len(told) / AGENTS / lasted, "told/agent/s", n=len(told))
    yield Figure("post", percentile(told, 0.95), "ms p95", n=len(told))


def _written(place: Installation, room: Room) -> int:
    with psycopg.connect(place.superuser_dsn()) as connection:
        found = connection.execute(_WRITTEN, [room.place.schema, SeenMark._meta.db_table]).fetchone()
    return int(found[0]) if found else 0


def _headers(room: Room, number: int, *, port: int) -> dict[str, str]:
    cookies = {settings.SESSION_COOKIE_NAME: room.sessions[number], settings.CSRF_COOKIE_NAME: CSRF}
    return {
        "Host": f"{room.host}:{port}",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-CSRFToken": CSRF,
        "Content-Type": "application/x-www-form-urlencoded",
    }
