"""The reader of the stream, one per websocket process: follows it, notices outages and lost entries, says so.

What becomes of an entry is in rooms.py next door. All commands run in the hub's own task: a consumer that is
cancelled can never leave half an answer on a connection that somebody else uses next.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, cast

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from core.realtime.rooms import UNKNOWN, Rooms
from core.realtime.stream import START, STREAM, StreamId, id_text, parse_id, read_entry

log = structlog.get_logger(__name__)

BATCH = 32
"""Entries per read: less than an outbox holds, and every outbox is emptied between two reads."""
BLOCK_SECONDS = 1.0
ANSWER_SECONDS = 2.0
"""A server that takes longer is away."""
CHECK_SECONDS = 1.0
RETRY_SECONDS = 0.25
REMEMBER = 2_000
"""Entries read back at the start, so that a restarted process can replay to those who were connected."""


Rows = list[tuple[bytes, dict[bytes, bytes]]]
"""Entries as the client gives them: id and fields."""


@dataclass(frozen=True, slots=True)
class StreamState:
    """What the server says of the stream: entries ever added, entries there, newest id."""

    added: int = 0
    length: int = 0
    last: StreamId = START


def client(url: str, *, single: bool = False) -> Redis:
    """A client that raises at the first fault: an outage must be noticed, not retried away.

    Time-outs are the hub's own. With the client's, Python 3.11 may lose a cancellation that meets a command's
    end (wait_for, bpo-37658), and the process would never stop. `single` is for one task that asks alone:
    fetching a connection from a pool is a tenth of what a read costs.
    """
    return Redis.from_url(
        url,
        retry=Retry(NoBackoff(), 0),
        socket_timeout=None,
        socket_connect_timeout=1.0,
        protocol=2,
        single_connection_client=single,
    )


class Hub:
    """Follows the stream for the rooms of this process. `expected` is how many entries it must have seen."""

    def __init__(self, url: str, *, build: str = "") -> None:
        self.rooms = Rooms(build=build)
        self.ready = asyncio.Event()
        self.expected = 0
        self._reader = client(url, single=True)
        self._commands = client(url, single=True)
        self._checked = 0.0

    async def run(self) -> None:
        """Follow the stream until cancelled."""
        try:
            while True:
                try:
                    await self._follow()
                except (RedisError, OSError, TimeoutError) as error:
                    self._lost_touch(error)
                except Exception:
                    # a fault of our own must not leave every browser of this process silent for good
                    log.exception("hub_failed")
                    self._lost_touch(None)
                await asyncio.sleep(RETRY_SECONDS)
        finally:
            await self._reader.aclose()
            await self._commands.aclose()

    async def _follow(self) -> None:
        if self.rooms.floor == UNKNOWN:
            await self._remember()
        else:
            self._start_over(await self._state())
        self.rooms.behind = False
        self.ready.set()
        while True:
            await self._read()
            if asyncio.get_running_loop().time() - self._checked >= CHECK_SECONDS:
                self._check(await self._state())

    async def _read(self) -> None:
        last = id_text(self.rooms.position)
        async with asyncio.timeout(BLOCK_SECONDS + ANSWER_SECONDS):
            found = await self._reader.xread({STREAM: last}, count=BATCH, block=int(BLOCK_SECONDS * 1000))
        for _, rows in cast(list[tuple[bytes, Rows]], found):
            self._take(rows)
        await asyncio.sleep(0)  # the writers woken by this batch run before the next one

    def _take(self, rows: Rows) -> None:
        for raw_id, fields in rows:
            stream_id = parse_id(raw_id.decode())
            if stream_id is None:
                continue
            self.expected += 1
            try:
                entry = read_entry(fields or {})
            except ValueError as error:
                self.rooms.position = stream_id
                log.warning("entry_not_understood", id=raw_id.decode(), error=str(error))
            else:
                self.rooms.take(stream_id, entry)

    async def _remember(self) -> None:
        """First contact: read back the newest entries, so that the rings know what was said before."""
        state = await self._state()
        async with asyncio.timeout(ANSWER_SECONDS):
            newest_first = cast(Rows, await self._commands.xrevrange(STREAM, count=REMEMBER))
        rows = newest_first[::-1]
        ids = [parse_id(raw_id.decode()) or START for raw_id, _ in rows]
        added = state.added + sum(stream_id > state.last for stream_id in ids)
        just_before = (ids[0][0], ids[0][1] - 1) if ids and len(ids) < added else START
        self.rooms.rebase(just_before, heard=UNKNOWN)
        self._take(rows)
        self.rooms.position = max([state.last, *ids[-1:]])
        self.expected = added
        self.rooms.resync()

    def _start_over(self, state: StreamState) -> None:
        """Entries may be gone: go on from the newest one and tell every browser to fetch."""
        self.rooms.rebase(state.last)
        self.rooms.resync()
        self.expected = state.added
        log.info("stream_resynced", sockets=len(self.rooms.seats()))

    def _check(self, state: StreamState) -> None:
        """Compare what was read with what the server counted: this shows a lost or emptied stream."""
        self._checked = asyncio.get_running_loop().time()
        unread = state.added - self.expected
        caught_up = state.last == self.rooms.position
        if state.last < self.rooms.position or unread < 0 or unread > state.length or (caught_up and unread):
            self._start_over(state)

    def _lost_touch(self, error: Exception | None) -> None:
        self.ready.clear()
        if not self.rooms.behind:
            self.rooms.behind = True
            self.rooms.tell("behind")
            log.warning("stream_lost", error=repr(error))

    async def _state(self) -> StreamState:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                info: dict[str, Any] = await self._commands.xinfo_stream(STREAM)
        except ResponseError:
            return StreamState()  # nothing was ever added, or the key is gone
        last = parse_id(info["last-generated-id"].decode()) or START
        return StreamState(added=int(info["entries-added"]), length=int(info["length"]), last=last)
