"""The reader of the stream against a real server that is emptied, killed and started again."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest
from redis import Redis

from core.realtime import hub as hub_module
from core.realtime.hub import BATCH, Hub
from core.realtime.outbox import LIMIT
from core.realtime.seat import Seat
from core.realtime.stream import MAXLEN, STREAM, id_text, parse_id
from deploy.dev.valkey import EmbeddedValkey
from tests.core.realtime.conftest import Reader, entry, reader_of, running, seat_of, texts, until

pytestmark = pytest.mark.asyncio

BEHIND, RESYNC = '{"t":"behind"', '{"t":"resync"'


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hub with shorter waits."""
    monkeypatch.setattr(hub_module, "CHECK_SECONDS", 0.05)
    monkeypatch.setattr(hub_module, "BLOCK_SECONDS", 0.1)
    monkeypatch.setattr(hub_module, "RETRY_SECONDS", 0.05)


def add(writer: "Redis", number: int, **options: Any) -> str:
    fields = cast(dict[Any, Any], entry(number).fields())
    added = writer.xadd(STREAM, fields, maxlen=MAXLEN, **options)
    return added.decode() if isinstance(added, bytes) else str(added)


def greeted(hub: Hub, *, after: str | None = None) -> Seat:
    seat = seat_of()
    hub.rooms.join(seat, after=parse_id(after) if after else None)
    del reader_of(seat).got[0]
    return seat


async def received(seat: Seat, count: int) -> list[str]:
    await until(lambda: len(reader_of(seat).got) >= count)
    return texts(seat)


def resyncs(seat: Seat) -> int:
    return sum(text.startswith(RESYNC) for text in texts(seat))


async def test_it_works(valkey: EmbeddedValkey, writer: "Redis") -> None:
    async with running(Hub(valkey.url)) as hub:
        seat = greeted(hub)
        stream_id = add(writer, 1)
        assert await received(seat, 1) == [f'{{"id":"{stream_id}","t":"x","n":1}}']


async def test_a_restarted_process_replays_what_was_said_before(
    valkey: EmbeddedValkey, writer: "Redis"
) -> None:
    ids = [add(writer, number) for number in range(5)]
    async with running(Hub(valkey.url)) as hub:
        seat = greeted(hub, after=ids[1])
        assert [text[7 : 7 + len(ids[0])] for text in texts(seat)] == ids[2:]
        from_the_start = greeted(hub, after="0-0")
        assert len(texts(from_the_start)) == 5


async def test_a_restarted_process_knows_how_far_back_it_remembers(
    valkey: EmbeddedValkey, writer: "Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "REMEMBER", 3)
    ids = [add(writer, number) for number in range(5)]
    async with running(Hub(valkey.url)) as hub:
        assert len(texts(greeted(hub, after=ids[2]))) == 2
        assert resyncs(greeted(hub, after=ids[0])) == 1


async def test_who_came_before_the_first_contact_is_told_to_fetch_and_sent_no_old_entries(
    valkey: EmbeddedValkey, writer: "Redis"
) -> None:
    add(writer, 1)
    hub = Hub(valkey.url)
    seat = greeted(hub)
    async with running(hub):
        newest = id_text(hub.rooms.position)
        assert await received(seat, 1) == [f'{{"t":"resync","id":"{newest}"}}']
        add(writer, 2)
        assert len(await received(seat, 1)) == 1


async def test_a_burst_larger_than_an_outbox_reaches_a_reader_who_pauses_now_and_then(
    valkey: EmbeddedValkey, writer: "Redis"
) -> None:
    reader = Reader()

    async def pause() -> None:
        while True:
            reader.reading.clear()
            await asyncio.sleep(0)
            reader.reading.set()
            await asyncio.sleep(0)

    async with running(Hub(valkey.url)) as hub:
        seat = seat_of(reader=reader)
        hub.rooms.join(seat, after=None)
        pauses = asyncio.create_task(pause())
        pipe = writer.pipeline(transaction=False)
        for number in range(LIMIT * 8):
            pipe.xadd(STREAM, cast(dict[Any, Any], entry(number).fields()))
        ids = [raw.decode() for raw in pipe.execute()]
        await until(lambda: len(reader.got) == 1 + LIMIT * 8)
        assert [text.split('"')[3] for text in texts(seat)[1:]] == ids
        assert BATCH < LIMIT
        pauses.cancel()


@pytest.mark.parametrize(
    "fields",
    [
        {"w": "w_here"},
        {"w": "w_here", "a": "?", "b": '{"t":"x"}'},
        {"w": "w_here", "a": "{}", "b": "x"},
        {"w": b"\xff", "a": "{}", "b": '{"t":"x"}'},
    ],
)
async def test_an_entry_nobody_understands_stops_nothing(
    valkey: EmbeddedValkey, writer: "Redis", fields: dict[Any, Any]
) -> None:
    async with running(Hub(valkey.url)) as hub:
        seat = greeted(hub)
        writer.xadd(STREAM, fields)
        stream_id = add(writer, 1)
        assert await received(seat, 1) == [f'{{"id":"{stream_id}","t":"x","n":1}}']


async def test_an_emptied_stream_is_one_resync_and_then_live_again(
    valkey: EmbeddedValkey, writer: "Redis"
) -> None:
    async with running(Hub(valkey.url)) as hub:
        seat = greeted(hub)
        for number in range(3):
            add(writer, number)
        await received(seat, 3)
        writer.flushall()
        assert [text[:13] for text in await received(seat, 1)] == [RESYNC]
        stream_id = add(writer, 9)
        assert await received(seat, 1) == [f'{{"id":"{stream_id}","t":"x","n":9}}']
        await asyncio.sleep(0.3)
        assert texts(seat) == []


async def test_an_emptied_stream_shows_though_it_is_refilled_at_once(
    valkey: EmbeddedValkey, writer: "Redis"
) -> None:
    async with running(Hub(valkey.url)) as hub:
        seat = greeted(hub)
        for number in range(3):
            add(writer, number)
        await received(seat, 3)
        pipe = writer.pipeline(transaction=True)
        pipe.flushall()
        for number in range(5):
            pipe.xadd(STREAM, cast(dict[Any, Any], entry(number).fields()))
        pipe.execute()
        await until(lambda: any(m["text"].startswith(RESYNC) for m in reader_of(seat).got))
        assert resyncs(seat) == 1


async def test_ids_that_go_backwards_are_a_resync(valkey: EmbeddedValkey, writer: "Redis") -> None:
    async with running(Hub(valkey.url)) as hub:
        seat = greeted(hub)
        add(writer, 1)
        await received(seat, 1)
        pipe = writer.pipeline(transaction=True)
        pipe.delete(STREAM)
        pipe.xadd(STREAM, cast(dict[Any, Any], entry(2).fields()), id="7-0")
        pipe.execute()
        assert await received(seat, 1) == ['{"t":"resync","id":"7-0"}']
        writer.xadd(STREAM, cast(dict[Any, Any], entry(3).fields()), id="8-0")
        assert await received(seat, 1) == ['{"id":"8-0","t":"x","n":3}']


async def test_entries_trimmed_before_they_were_read_are_a_resync(
    valkey: EmbeddedValkey, writer: "Redis"
) -> None:
    async with running(Hub(valkey.url)) as hub:
        seat = greeted(hub)
        add(writer, 1)
        await received(seat, 1)
        pipe = writer.pipeline(transaction=True)
        for number in range(6):
            pipe.xadd(STREAM, cast(dict[Any, Any], entry(number).fields()))
        pipe.xtrim(STREAM, maxlen=2, approximate=False)
        pipe.execute()
        await until(lambda: any(m["text"].startswith(RESYNC) for m in reader_of(seat).got))
        assert resyncs(seat) == 1


async def _outage(server: EmbeddedValkey, hub: Hub, seat: Seat) -> None:
    server.kill()
    assert [text[:13] for text in await received(seat, 1)] == [BEHIND]
    await asyncio.sleep(0.3)
    server.start()
    await asyncio.wait_for(hub.ready.wait(), 8)
    assert [text[:13] for text in await received(seat, 1)] == [RESYNC]


async def test_a_server_that_comes_back_empty_is_noticed(valkey: EmbeddedValkey) -> None:
    async with running(Hub(valkey.url)) as hub:
        seat = greeted(hub)
        with Redis.from_url(valkey.url) as before:
            add(before, 1)
        await received(seat, 1)
        await _outage(valkey, hub, seat)
        with Redis.from_url(valkey.url) as after:
            stream_id = add(after, 2)
        assert await received(seat, 1) == [f'{{"id":"{stream_id}","t":"x","n":2}}']


async def test_a_server_that_comes_back_whole_is_a_resync_too_as_writers_were_cut_off(
    lasting_valkey: EmbeddedValkey,
) -> None:
    async with running(Hub(lasting_valkey.url)) as hub:
        seat = greeted(hub)
        await _outage(lasting_valkey, hub, seat)
        with Redis.from_url(lasting_valkey.url) as after:
            stream_id = add(after, 2)
        assert await received(seat, 1) == [f'{{"id":"{stream_id}","t":"x","n":2}}']


async def test_a_hub_that_starts_without_a_server_waits_for_it(valkey: EmbeddedValkey) -> None:
    valkey.kill()
    async with running(Hub(valkey.url), ready=False) as hub:
        seat = greeted(hub)
        assert await received(seat, 1) == ['{"t":"behind","id":"0-0"}']
        late = greeted(hub)
        assert texts(late) == ['{"t":"behind","id":"0-0"}']
        valkey.start()
        for one in (seat, late):
            assert [text[:13] for text in await received(one, 1)] == [RESYNC]
        after = greeted(hub)
        assert texts(after) == []


async def test_no_gap_and_no_double_while_others_publish(valkey: EmbeddedValkey, writer: "Redis") -> None:
    """Sockets that come and go at random end up with each entry once, in order."""
    total, ids = 600, list[str]()

    async def publish() -> None:
        for start in range(0, total, 5):
            pipe = writer.pipeline(transaction=False)
            for number in range(start, start + 5):
                pipe.xadd(STREAM, cast(dict[Any, Any], entry(number).fields()))
            ids.extend(raw.decode() for raw in pipe.execute())
            await asyncio.sleep(0.002)

    async with running(Hub(valkey.url)) as hub:
        first = add(writer, -1)
        await until(lambda: id_text(hub.rooms.position) == first)
        browsers = [_Browser(hub, first, pause=0.001 * (index % 9)) for index in range(12)]
        readers = [
            asyncio.create_task(browser.live(lambda last: len(ids) == total and last == ids[-1]))
            for browser in browsers
        ]
        await publish()
        await asyncio.gather(*readers)
        for browser in browsers:
            assert browser.seen == ids
            assert browser.connected > 1


class _Browser:
    """Connects, reads a little, goes away, and comes back with the last id it saw."""

    def __init__(self, hub: Hub, last: str, *, pause: float) -> None:
        self.hub, self.last, self.pause = hub, last, pause
        self.seen: list[str] = []
        self.connected = 0

    async def live(self, complete: Callable[[str], bool]) -> None:
        while not complete(self.last):
            seat = seat_of()
            self.hub.rooms.join(seat, after=parse_id(self.last))
            self.connected += 1
            await asyncio.sleep(0.01 + self.pause)
            self.hub.rooms.leave(seat)
            for text in texts(seat):
                self._read(text)
            await asyncio.sleep(self.pause)

    def _read(self, text: str) -> None:
        assert not text.startswith(RESYNC)
        if text.startswith('{"id"'):
            self.last = text.split('"')[3]
            self.seen.append(self.last)
