"""A browser that stops reading, on a real server: what it holds is bounded, and in the end it is put out."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import uvicorn

from core.realtime.audience import Member
from core.realtime.outbox import LIMIT, Send
from core.realtime.process import STUCK_SECONDS, abort_of, put_out_stuck
from core.realtime.rights import Identity
from core.realtime.rooms import Rooms
from core.realtime.seat import Seat
from deploy.dev.ports import one_free
from tests.core.realtime.conftest import HERE, entry, seat_of, site_of, until

pytestmark = pytest.mark.asyncio

HANDSHAKE = (
    "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Application:
    """The least that gives each websocket a seat, as the consumer does."""

    def __init__(self) -> None:
        self.rooms = Rooms()
        self.rooms.rebase((1, 0))

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        identity = Identity(session="s", member=Member(user="u1"), role="agent", proof="p")
        seat = Seat(site_of(HERE), identity=identity, send=send, abort=abort_of(send))
        self.rooms.join(seat, after=None)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self.rooms.leave(seat)
        seat.outbox.discard()


@pytest_asyncio.fixture
async def served() -> AsyncIterator[tuple[Application, uvicorn.Server, int]]:
    """The application on a real server, by the same settings as ours."""
    application, port = Application(), one_free()
    config = uvicorn.Config(
        application, port=port, ws="websockets-sansio", ws_per_message_deflate=False, lifespan="off",
        log_level="error", timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield application, server, port
    server.should_exit = True
    await task


async def stopped_reader(port: int) -> socket.socket:
    """A connected websocket that nobody reads, with a small buffer."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(raw, ("127.0.0.1", port))
    await loop.sock_sendall(raw, HANDSHAKE.encode())
    return raw


async def test_a_reader_that_stopped_is_put_out(served: tuple[Application, uvicorn.Server, int]) -> None:
    application, server, port = served
    raw = await stopped_reader(port)
    await until(lambda: len(application.rooms.seats()) == 1)
    seat = application.rooms.seats()[0]
    number = 1
    while seat.outbox.overflows < 3:
        number += 1
        application.rooms.take((number, 0), entry(number, size=8_000))
        assert len(seat.outbox) <= LIMIT
        await asyncio.sleep(0)
    assert seat.outbox.busy_since is not None
    put_out_stuck(application.rooms, now=seat.outbox.busy_since + STUCK_SECONDS)
    assert application.rooms.seats() == [seat]
    put_out_stuck(application.rooms, now=seat.outbox.busy_since + STUCK_SECONDS + 1)
    assert application.rooms.seats() == []
    await until(lambda: not server.server_state.connections and not server.server_state.tasks)
    raw.close()


async def test_closing_a_socket_whose_buffer_is_full_would_leave_it_open(
    served: tuple[Application, uvicorn.Server, int],
) -> None:
    """Why it is aborted: the server's own close waits for the buffer to be read."""
    application, server, port = served
    raw = await stopped_reader(port)
    await until(lambda: len(application.rooms.seats()) == 1)
    seat = application.rooms.seats()[0]
    for number in range(2, 2000):
        application.rooms.take((number, 0), entry(number, size=8_000))
    (protocol,) = server.server_state.connections
    protocol.transport.close()
    await asyncio.sleep(0.2)
    assert len(server.server_state.connections) == 1
    seat.abort()
    await until(lambda: not server.server_state.connections)
    raw.close()


async def test_who_reads_or_has_nothing_to_read_stays() -> None:
    rooms = Rooms()
    rooms.rebase((1, 0))
    rooms.join(seat_of(), after=None)
    put_out_stuck(rooms, now=asyncio.get_running_loop().time() + 10 * STUCK_SECONDS)
    assert len(rooms.seats()) == 1
