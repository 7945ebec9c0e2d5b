"""A real websocket process for tests, and the browsers that speak to it."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from core.accounts.models import User
from deploy.dev.ports import Ports, is_free, one_free
from deploy.dev.process import Child
from deploy.dev.programs import programs
from deploy.dev.valkey import EmbeddedValkey
from tenants.asyncio import in_place
from tenants.context import PLATFORM
from tenants.models import Workspace
from tests import world
from tests.conftest import client_of

Cookies = dict[str, str]
"""The Cookie header of each signed-in person, by name."""
Ring = Callable[..., Coroutine[Any, Any, None]]
"""Push an event in a workspace, as a view would: `await ring(alice_ws, 3, audience=…, html=…)`."""

ORIGIN = "http://{host}:8000"


@dataclass
class Server:
    """A running websocket process with a Redis of its own."""

    port: int
    valkey: EmbeddedValkey
    child: Child

    def flush(self) -> None:
        """Empty its Redis."""
        with Redis.from_url(self.valkey.url) as redis:
            redis.flushall()


def start_server(folder: Path) -> Server:
    """Start the process as `make run` does, on the database of this test worker."""
    valkey = EmbeddedValkey(folder / "valkey", durable=False)
    valkey.start()
    port = one_free()
    program = programs(Ports(port, port, port, port, port))["ws"]
    child = Child(
        name="ws",
        command=list(program.command),
        sink=folder / "ws.log",
        env={**os.environ, "REDIS_URL": valkey.url, "DJANGO_SETTINGS_MODULE": "deploy.settings"},
    )
    child.start()
    deadline = time.monotonic() + 30
    while is_free(port):
        if child.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the websocket process did not start: {child.last_words()}")
        time.sleep(0.05)
    return Server(port=port, valkey=valkey, child=child)


def stop_server(server: Server) -> None:
    server.child.stop()
    server.valkey.stop()


def cookie_of(user: User) -> str:
    """The Cookie header of a browser that is signed in as `user`; commits when the test does."""
    return f"marque={client_of(user).cookies['marque'].value}"


@dataclass
class Browser:
    """One connected tab: its frames, and the last id as the page's script keeps it."""

    socket: ClientConnection
    last: str = ""

    async def frame(self, *, seconds: float = 8.0) -> dict[str, Any]:
        text = await asyncio.wait_for(self.socket.recv(), seconds)
        frame: dict[str, Any] = json.loads(text)
        self.last = frame.get("id", self.last)
        return frame

    async def silent(self, *, seconds: float = 0.3) -> bool:
        """Whether nothing comes for a while."""
        try:
            await asyncio.wait_for(self.socket.recv(), seconds)
        except TimeoutError:
            return True
        return False

    async def closed(self, *, seconds: float = 8.0) -> int:
        """The close code, once whatever came before it has been read."""
        with suppress(ConnectionClosed):
            async with asyncio.timeout(seconds):
                while True:
                    await self.socket.recv()
        return self.socket.close_code or 0


@asynccontextmanager
async def browser(
    server: Server, cookie: str, *, host: str = world.ALICE_HOST, after: str = "", greet: bool = True
) -> AsyncIterator[Browser]:
    """A tab on `host` that has been greeted."""
    query = f"?after={after}" if after else ""
    async with connect(
        f"ws://{host}:{server.port}/ws/{query}",
        host="127.0.0.1",
        port=server.port,
        origin=ORIGIN.format(host=host),  # type: ignore[arg-type]  # a NewType of str
        additional_headers={"Cookie": cookie},
        compression=None,
        proxy=None,
        max_queue=None,  # a tab that leaves with frames unread must not hold up its own close
        close_timeout=2,
    ) as socket:
        tab = Browser(socket=socket)
        if greet:
            assert (await tab.frame())["t"] == "hello"
        yield tab


async def handshake(
    server: Server,
    headers: list[tuple[str, str]],
    *,
    host: str = world.ALICE_HOST,
    path: str = "/ws/",
    offers: list[Any] | None = None,
) -> int:
    """The status a handshake with exactly these headers is answered with; 101 when it is accepted.

    `offers` are subprotocols, of which the server may choose one.
    """
    try:
        async with connect(
            f"ws://{host}:{server.port}{path}",
            host="127.0.0.1",
            port=server.port,
            additional_headers=headers,
            subprotocols=offers,
            compression=None,
            proxy=None,
        ):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


@asynccontextmanager
async def suspended(row: Workspace) -> AsyncIterator[None]:
    """While it lasts the workspace is suspended."""

    def turn(state: str) -> None:
        Workspace.objects.filter(pk=row.pk).update(state=state)

    await in_place(PLATFORM, turn, Workspace.State.SUSPENDED)
    try:
        yield
    finally:
        await in_place(PLATFORM, turn, Workspace.State.ACTIVE)
