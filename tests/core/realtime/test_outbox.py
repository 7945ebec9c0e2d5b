"""The bounded queue of one socket: order, overflow, close, and what shows that its reader stopped."""

import asyncio

import pytest

from core.realtime.outbox import LIMIT, Message, Outbox, text_message

pytestmark = pytest.mark.asyncio


class Socket:
    """A socket whose reader can stop: sends wait while `open` is not set."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.open = asyncio.Event()
        self.open.set()

    async def send(self, message: Message) -> None:
        await self.open.wait()
        self.sent.append(message)


def offer(outbox: Outbox, number: int) -> None:
    outbox.offer(text_message(str(number)), position=f"{number}-0")


async def turns(count: int = 3) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_messages_are_sent_in_order() -> None:
    outbox, socket = Outbox(), Socket()
    writer = asyncio.create_task(outbox.drain(socket.send))
    for number in range(5):
        offer(outbox, number)
        await turns(number)
    await turns()
    assert [message["text"] for message in socket.sent] == ["0", "1", "2", "3", "4"]
    assert outbox.busy_since is None
    writer.cancel()


async def test_a_full_outbox_becomes_one_resync() -> None:
    outbox, socket = Outbox(), Socket()
    socket.open.clear()
    writer = asyncio.create_task(outbox.drain(socket.send))
    await turns()
    for number in range(1 + LIMIT):
        offer(outbox, number)
        await turns(1)
    assert len(outbox) == LIMIT
    offer(outbox, 500)
    offer(outbox, 501)
    socket.open.set()
    await turns()
    assert [message["text"] for message in socket.sent] == ["0", '{"t":"resync","id":"500-0"}', "501"]
    writer.cancel()


async def test_the_outbox_never_holds_more_than_its_limit() -> None:
    outbox = Outbox()
    longest = 0
    for number in range(10 * LIMIT):
        offer(outbox, number)
        longest = max(longest, len(outbox))
    assert longest == LIMIT
    assert outbox.overflows == 9


async def test_a_waiting_send_shows_since_when() -> None:
    outbox, socket = Outbox(), Socket()
    socket.open.clear()
    before = asyncio.get_running_loop().time()
    writer = asyncio.create_task(outbox.drain(socket.send))
    offer(outbox, 1)
    await turns()
    assert outbox.busy_since is not None
    assert outbox.busy_since >= before
    writer.cancel()


async def test_closing_drops_what_waits_and_ends_the_writer() -> None:
    outbox, socket = Outbox(), Socket()
    offer(outbox, 1)
    outbox.close(4401)
    offer(outbox, 2)
    await asyncio.wait_for(outbox.drain(socket.send), 1)
    assert socket.sent == [{"type": "websocket.close", "code": 4401}]
