"""Rooms: who is offered what, live and in replay, and when a browser is told to fetch instead."""

import asyncio
import json
import time

import pytest

from core.realtime import rooms as rooms_module
from core.realtime.audience import users
from core.realtime.outbox import LIMIT
from core.realtime.rooms import RING, Rooms
from core.realtime.seat import Seat
from core.realtime.stream import EVERY_ROOM, StreamId, resync_entry
from tests.core.realtime.conftest import HERE, THERE, Reader, entry, reader_of, seat_of, sent, texts


def rooms_at(position: StreamId = (100, 0)) -> Rooms:
    """Rooms that know the stream up to `position` and nothing of before."""
    rooms = Rooms(build="b1")
    rooms.rebase(position)
    return rooms


def joined(rooms: Rooms, seat: Seat, *, after: StreamId | None = None) -> Seat:
    """Take a seat and read the greeting."""
    rooms.join(seat, after=after)
    sent(seat)
    return seat


def test_it_works() -> None:
    rooms = rooms_at()
    here, there = joined(rooms, seat_of(HERE)), joined(rooms, seat_of(THERE))
    rooms.take((101, 0), entry(1))
    assert texts(here) == ['{"id":"101-0","t":"x","n":1}']
    assert texts(there) == []


def test_the_text_is_built_once_for_all() -> None:
    rooms = rooms_at()
    first, second = joined(rooms, seat_of()), joined(rooms, seat_of(user="u2"))
    rooms.take((101, 0), entry(1))
    assert sent(first)[0] is sent(second)[0]


def test_a_pong_tells_the_position_and_is_made_once_for_all_who_ask() -> None:
    rooms = rooms_at()
    first = rooms.pong()
    assert (first[1], json.loads(first[0]["text"])) == ("100-0", {"t": "pong", "id": "100-0"})
    assert rooms.pong()[0] is first[0]
    rooms.take((101, 0), entry(1))
    assert rooms.pong()[1] == "101-0"


def test_only_the_audience_is_offered_it_live_and_in_replay() -> None:
    rooms = rooms_at()
    alice, bob = joined(rooms, seat_of(user="alice")), joined(rooms, seat_of(user="bob"))
    rooms.take((101, 0), entry(1, audience=users(["alice"])))
    assert (len(texts(alice)), texts(bob)) == (1, [])
    late_alice, late_bob = seat_of(user="alice"), seat_of(user="bob")
    rooms.join(late_alice, after=(100, 0))
    rooms.join(late_bob, after=(100, 0))
    assert texts(late_alice) == ['{"t":"hello","id":"100-0","build":"b1"}', '{"id":"101-0","t":"x","n":1}']
    assert texts(late_bob) == ['{"t":"hello","id":"100-0","build":"b1"}']


def test_a_fresh_socket_starts_at_the_newest_entry() -> None:
    rooms = rooms_at()
    rooms.take((101, 0), entry(1))
    seat = seat_of()
    rooms.join(seat, after=None)
    assert texts(seat) == ['{"t":"hello","id":"101-0","build":"b1"}']


def test_replay_is_what_came_after_and_then_live_follows() -> None:
    rooms = rooms_at()
    for number in (101, 102, 103):
        rooms.take((number, 0), entry(number))
    seat = seat_of()
    rooms.join(seat, after=(101, 0))
    rooms.take((104, 0), entry(104))
    assert [text[7:12] for text in texts(seat)[1:]] == ["102-0", "103-0", "104-0"]


def test_too_old_an_id_is_one_resync() -> None:
    rooms = rooms_at()
    for number in range(101, 103 + RING):
        rooms.take((number, 0), entry(number))
    newest = f"{102 + RING}-0"
    seat = seat_of()
    rooms.join(seat, after=(101, 0))
    assert texts(seat) == [
        f'{{"t":"hello","id":"{newest}","build":"b1"}}',
        f'{{"t":"resync","id":"{newest}"}}',
    ]


def test_the_oldest_id_the_ring_still_covers_is_replayed() -> None:
    rooms = rooms_at()
    for number in range(101, 103 + RING):
        rooms.take((number, 0), entry(number))
    seat = seat_of()
    rooms.join(seat, after=(102, 0))
    assert [text[7:10] for text in texts(seat)[1:]] == [str(number) for number in range(103, 103 + RING)]


@pytest.mark.asyncio
async def test_a_replay_that_its_reader_does_not_take_is_one_resync() -> None:
    rooms, reader = rooms_at(), Reader()
    for number in range(101, 101 + RING):
        rooms.take((number, 0), entry(number))
    reader.reading.clear()
    seat = seat_of(reader=reader)
    rooms.join(seat, after=(100, 0))
    assert len(seat.outbox) <= LIMIT
    reader_of(seat).reading.set()
    await asyncio.sleep(0.01)
    frames = texts(seat)
    assert frames[0] == '{"t":"hello","id":"100-0","build":"b1"}'
    assert frames[1:] == [f'{{"t":"resync","id":"{100 + RING}-0"}}']


def test_a_page_made_just_now_misses_nothing_though_the_room_is_silent() -> None:
    rooms = rooms_at()
    seat = seat_of()
    now = int(time.time() * 1000)
    rooms.join(seat, after=(now, 0))
    rooms.take((now - 5, 0), entry(1))
    rooms.take((now + 5, 0), entry(2))
    assert texts(seat) == [
        f'{{"t":"hello","id":"{now}-0","build":"b1"}}',
        f'{{"id":"{now + 5}-0","t":"x","n":2}}',
    ]


def test_an_id_from_the_future_is_not_ours() -> None:
    rooms = rooms_at()
    seat = seat_of()
    rooms.join(seat, after=(int(time.time() * 1000) + 3_600_000, 0))
    assert texts(seat)[1:] == ['{"t":"resync","id":"100-0"}']


def test_before_the_stream_was_seen_every_position_is_too_old() -> None:
    rooms = Rooms()
    seat = seat_of()
    rooms.join(seat, after=(1, 0))
    assert texts(seat) == ['{"t":"hello","id":"0-0","build":""}', '{"t":"resync","id":"0-0"}']


def test_who_left_is_offered_nothing() -> None:
    rooms = rooms_at()
    seat = joined(rooms, seat_of())
    rooms.leave(seat)
    rooms.take((101, 0), entry(1))
    assert texts(seat) == []


def test_a_resync_for_one_room_reaches_its_late_comers_too() -> None:
    rooms = rooms_at()
    here, there = joined(rooms, seat_of(HERE)), joined(rooms, seat_of(THERE))
    rooms.take((101, 0), resync_entry(HERE))
    late = joined(rooms, seat_of(HERE))
    rooms.join(late, after=(100, 5))
    assert (texts(here), texts(there)) == (['{"id":"101-0","t":"resync"}'], [])
    assert texts(late)[1:] == ['{"id":"101-0","t":"resync"}']


def test_a_resync_for_all_rooms_reaches_everybody() -> None:
    rooms = rooms_at()
    here, there = joined(rooms, seat_of(HERE)), joined(rooms, seat_of(THERE))
    rooms.take((101, 0), resync_entry(EVERY_ROOM))
    late = seat_of("w_elsewhere")
    rooms.join(late, after=(100, 5))
    assert texts(here) == texts(there) == ['{"t":"resync","id":"101-0"}']
    assert texts(late)[1:] == ['{"t":"resync","id":"101-0"}']


def test_after_a_rebase_ids_may_start_lower() -> None:
    rooms = rooms_at()
    seat = joined(rooms, seat_of())
    rooms.rebase((7, 0))
    rooms.take((8, 0), entry(1))
    assert texts(seat) == ['{"id":"8-0","t":"x","n":1}']


def test_empty_rooms_are_forgotten_and_their_late_comers_fetch(monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = rooms_at()
    joined(rooms, seat_of(HERE))
    rooms.take((101, 0), entry(1, schema=HERE))
    rooms.take((102, 0), entry(2, schema=THERE))
    monkeypatch.setattr(rooms_module, "EMPTY_SECONDS", -1.0)
    rooms.sweep()
    assert len(rooms) == 1
    seat = seat_of(THERE)
    rooms.join(seat, after=(101, 0))
    assert texts(seat)[1:] == ['{"t":"resync","id":"102-0"}']


def test_a_room_that_was_left_a_moment_ago_is_kept() -> None:
    rooms = rooms_at()
    rooms.leave(joined(rooms, seat_of(HERE)))
    rooms.take((101, 0), entry(1, schema=HERE))
    rooms.sweep()
    seat = seat_of(HERE)
    rooms.join(seat, after=(100, 0))
    assert texts(seat)[1:] == ['{"id":"101-0","t":"x","n":1}']


def test_all_rings_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms_module, "RINGS_BYTES", 1_000)
    rooms = rooms_at()
    for number in range(300):
        rooms.take((101 + number, 0), entry(number, schema=f"w_{number % 7}"))
        assert rooms.bytes <= 1_000
    assert rooms.bytes == sum(room.bytes for room in rooms._rooms.values())
    silent, loud = seat_of("w_0"), seat_of("w_5")
    rooms.take((500, 0), entry(1, schema="w_5"))
    rooms.join(silent, after=(101, 0))
    rooms.join(loud, after=(499, 0))
    assert texts(silent)[1] == '{"t":"resync","id":"500-0"}'
    assert texts(loud)[1:] == ['{"id":"500-0","t":"x","n":1}']
