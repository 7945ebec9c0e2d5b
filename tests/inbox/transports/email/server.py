"""Marque's mail server on a free port, in a thread of its own, for tests that speak SMTP to it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from django.db import connections

from inbox.transports.email.receiver import serve


@contextmanager
def running_server(*, lmtp: bool = False) -> Iterator[int]:
    """The port it listens on; stopped at the end."""
    loop = asyncio.new_event_loop()
    ports: list[int] = []
    ready = Event()

    def started(port: int) -> None:
        ports.append(port)
        ready.set()

    async def run() -> None:
        with suppress(asyncio.CancelledError):
            await serving

    serving = loop.create_task(serve(host="127.0.0.1", port=0, lmtp=lmtp, started=started))

    def work() -> None:
        loop.run_until_complete(run())
        connections.close_all()

    thread = Thread(target=work)
    thread.start()
    assert ready.wait(10)
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join(10)
        loop.close()
