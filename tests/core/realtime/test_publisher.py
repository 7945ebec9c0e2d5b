"""The writers' end with a real server: it never raises, counts what it missed and makes up for it."""

import os
import socket
from contextlib import suppress

import pytest
from redis import Redis

from core.realtime import publisher as publisher_module
from core.realtime.publisher import Publisher, publisher
from core.realtime.stream import EVERY_ROOM, STREAM
from deploy.dev.valkey import EmbeddedValkey
from tests.core.realtime.conftest import entry, give_up, wait_for_healing


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher_module, "RETRY_SECONDS", 0.05)


def entries(server: EmbeddedValkey) -> list[tuple[str, str]]:
    """Workspace and body of each entry in the stream."""
    with Redis.from_url(server.url) as redis:
        return [(row[b"w"].decode(), row[b"b"].decode()) for _, row in redis.xrange(STREAM)]


def test_it_works(valkey: EmbeddedValkey) -> None:
    one = Publisher(valkey.url)
    one.publish(entry(1))
    assert entries(valkey) == [("w_here", '{"t":"x","n":1}')]
    assert one.missed == 0
    one.close()


def test_the_stream_is_bounded(valkey: EmbeddedValkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher_module, "MAXLEN", 100)
    one = Publisher(valkey.url)
    for number in range(600):
        one.publish(entry(number))
    assert len(entries(valkey)) <= 200
    one.close()


def test_with_the_server_away_nothing_raises_and_the_miss_is_made_up_for(valkey: EmbeddedValkey) -> None:
    one = Publisher(valkey.url)
    valkey.kill()
    one.publish(entry(1, schema="w_here"))
    one.publish(entry(2, schema="w_here"))
    one.publish(entry(3, schema="w_there"))
    assert one.missed == 3
    valkey.start()
    wait_for_healing(one)
    one.publish(entry(4))
    assert sorted(entries(valkey)[:2]) == [("w_here", '{"t":"resync"}'), ("w_there", '{"t":"resync"}')]
    assert entries(valkey)[2:] == [("w_here", '{"t":"x","n":4}')]
    assert one.missed == 3
    one.close()


def test_it_heals_a_second_time(valkey: EmbeddedValkey) -> None:
    one = Publisher(valkey.url)
    for count in (1, 2):
        valkey.kill()
        one.publish(entry(count))
        valkey.start()
        wait_for_healing(one)
        assert entries(valkey) == [("w_here", '{"t":"resync"}')]
    assert one.missed == 2
    one.close()


def test_many_rooms_are_told_all_at_once(valkey: EmbeddedValkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher_module, "ROOMS_REMEMBERED", 3)
    one = Publisher(valkey.url)
    valkey.kill()
    for number in range(9):
        one.publish(entry(number, schema=f"w_{number}"))
    valkey.start()
    wait_for_healing(one)
    assert (EVERY_ROOM, '{"t":"resync"}') in entries(valkey)
    assert len(entries(valkey)) <= 4
    one.close()


def test_while_the_server_is_away_writers_do_not_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes connections and says nothing costs its time-out once, not once per event."""
    monkeypatch.setattr(publisher_module, "RETRY_SECONDS", 1.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        one = Publisher(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        for number in range(50):
            one.publish(entry(number))
        assert (one.missed, connections(silent)) == (50, 1)
        give_up(one)


def connections(server: socket.socket) -> int:
    """How many were made to a server that accepts none of them."""
    server.setblocking(False)
    count = 0
    with suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            count += 1
    return count


def test_a_forked_worker_makes_publishers_of_its_own(valkey: EmbeddedValkey) -> None:
    parents = publisher(valkey.url)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, b"same" if publisher(valkey.url) is parents else b"own")
        os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(reading, 8) == b"own"
    assert publisher(valkey.url) is parents
    parents.close()
