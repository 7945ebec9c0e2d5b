"""What stands before one socket: order, overflow, close, and what shows that its reader stopped."""

import asyncio

import pytest

from core.realtime.outbox import LIMIT, Outbox, text_message
from tests.core.realtime.conftest import Reader

pytestmark = pytest.mark.asyncio


def offer(outbox: Outbox, number: int) -> None:
    outbox.offer(text_message(str(number)), position=f"{number}-0")


async def turns(count: int = 3) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def got(reader: Reader) -> list[str]:
    return [message["text"] for message in reader.got]


async def test_a_reader_who_keeps_up_is_sent_to_at_once() -> None:
    reader = Reader()
    outbox = Outbox(reader.send)
    for number in range(3 * LIMIT):
        offer(outbox, number)
        assert got(reader)[-1] == str(number)
    assert (len(outbox), outbox.busy_since, outbox._task) == (0, None, None)


async def test_what_waits_is_sent_in_order_once_the_reader_goes_on() -> None:
    reader = Reader()
    outbox = Outbox(reader.send)
    reader.reading.clear()
    for number in range(5):
        offer(outbox, number)
        await turns(number)
    assert got(reader) == []
    reader.reading.set()
    await turns()
    offer(outbox, 5)
    await turns()
    assert got(reader) == ["0", "1", "2", "3", "4", "5"]
    assert (len(outbox), outbox.busy_since, outbox._task) == (0, None, None)


async def test_a_full_outbox_becomes_one_resync() -> None:
    reader = Reader()
    outbox = Outbox(reader.send)
    reader.reading.clear()
    for number in range(1 + LIMIT):
        offer(outbox, number)
    assert len(outbox) == LIMIT
    offer(outbox, 500)
    offer(outbox, 501)
    reader.reading.set()
    await turns()
    assert got(reader) == ["0", '{"t":"resync","id":"500-0"}', "501"]


async def test_the_outbox_never_holds_more_than_its_limit() -> None:
    reader = Reader()
    outbox = Outbox(reader.send)
    reader.reading.clear()
    longest = 0
    for number in range(10 * LIMIT):
        offer(outbox, number)
        longest = max(longest, len(outbox))
    assert longest == LIMIT
    assert outbox.overflows == 9
    outbox.discard()
    await turns()


async def test_a_waiting_send_shows_since_when() -> None:
    reader = Reader()
    outbox = Outbox(reader.send)
    reader.reading.clear()
    before = asyncio.get_running_loop().time()
    offer(outbox, 1)
    assert outbox.busy_since is not None
    assert outbox.busy_since >= before
    reader.reading.set()
    await turns()
    assert outbox.busy_since is None


async def test_closing_drops_what_waits() -> None:
    reader = Reader()
    outbox = Outbox(reader.send)
    reader.reading.clear()
    offer(outbox, 1)
    offer(outbox, 2)
    outbox.close(4403)
    offer(outbox, 3)
    reader.reading.set()
    await turns()
    assert reader.got == [text_message("1"), {"type": "websocket.close", "code": 4403}]


async def test_a_discarded_outbox_sends_nothing_and_leaves_no_task() -> None:
    reader = Reader()
    outbox = Outbox(reader.send)
    reader.reading.clear()
    offer(outbox, 1)
    offer(outbox, 2)
    outbox.discard()
    await turns()
    reader.reading.set()
    offer(outbox, 3)
    await turns()
    assert reader.got == []
    assert reader.reading._waiters == type(reader.reading._waiters)()
    assert (outbox._task, outbox.busy_since) == (None, None)


@pytest.mark.parametrize("waits", [False, True])
async def test_a_lost_connection_harms_nobody_else(waits: bool) -> None:
    reader = Reader()
    outbox = Outbox(reader.send)
    if waits:
        reader.reading.clear()
    reader.gone = True
    offer(outbox, 1)
    reader.reading.set()
    await turns()
    offer(outbox, 2)
    await turns()
    assert reader.got == []
    assert (outbox._task, outbox.busy_since) == (None, None)
