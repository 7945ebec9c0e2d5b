"""The writers' end of the stream: append one entry, never raise, and remember what could not be told.

Callers use push.py next door. The thread that tells the rooms which missed something, once Redis is back,
is here too.
"""

import os
import threading
import time

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from core.realtime.stream import EVERY_ROOM, MAXLEN, STREAM, Entry, resync_entry

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 0.5
CONNECT_SECONDS = 0.25
RETRY_SECONDS = 0.5
ROOMS_REMEMBERED = 500
"""More workspaces than this with missed entries are told all at once."""


class Publisher:
    """One per process. `missed` counts the entries that never reached the stream."""

    def __init__(self, url: str) -> None:
        self.missed = 0
        self._untold: set[str] = set()
        self._lock = threading.Lock()
        self._healer: threading.Thread | None = None
        self._redis = Redis.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=CONNECT_SECONDS,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )

    def publish(self, entry: Entry) -> None:
        """Append an entry; while Redis is away, only remember whose it was and come back at once."""
        if self._untold:
            self._miss(entry.schema, error=None)
            return
        try:
            self._append(entry)
        except (RedisError, OSError) as error:
            self._miss(entry.schema, error=error)

    def close(self) -> None:
        self._redis.close()

    def _append(self, entry: Entry) -> None:
        self._redis.xadd(STREAM, entry.fields(), maxlen=MAXLEN, approximate=True)  # type: ignore[arg-type]  # redis's dict is invariant

    def _miss(self, schema: str, *, error: Exception | None) -> None:
        with self._lock:
            self.missed += 1
            self._untold.add(schema)
            if len(self._untold) > ROOMS_REMEMBERED:
                self._untold = {EVERY_ROOM}
            if self._healer is None:
                self._healer = threading.Thread(target=self._heal, name="realtime-heal", daemon=True)
                self._healer.start()
                log.warning("push_missed", schema=schema, error=repr(error))

    def _heal(self) -> None:
        """Wait for Redis; then send a resync to each room that missed something."""
        while self._untold_left():
            time.sleep(RETRY_SECONDS)
            while schema := self._next_untold():
                try:
                    self._append(resync_entry(schema))
                except (RedisError, OSError):
                    with self._lock:
                        self._untold.add(schema)
                    break

    def _untold_left(self) -> bool:
        with self._lock:
            if self._untold:
                return True
            self._healer = None
        log.info("push_healed", missed=self.missed)
        return False

    def _next_untold(self) -> str | None:
        """A room is taken out before it is told: what is missed after that counts anew."""
        with self._lock:
            return self._untold.pop() if self._untold else None


_lock = threading.Lock()
_publishers: dict[str, Publisher] = {}


def publisher(url: str) -> Publisher:
    """This process's publisher to the Redis at `url`."""
    with _lock:
        if url not in _publishers:
            _publishers[url] = Publisher(url)
        return _publishers[url]


def _forget_parents() -> None:
    """A forked worker has its parent's sockets and none of its threads: it makes its own publishers."""
    global _lock  # noqa: PLW0603 - the parent may have held it at the fork
    _lock = threading.Lock()
    _publishers.clear()


os.register_at_fork(after_in_child=_forget_parents)
