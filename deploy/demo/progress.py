"""Says how far a long job is, as lines that also read well in a log."""

import time
from collections.abc import Callable


class Progress:
    """Counts up to `total`; a line at most once a second, and none for what is done within the first."""

    def __init__(self, what: str, *, total: int, say: Callable[[str], None], seconds: float = 1.0) -> None:
        self._what, self._total, self._say, self._seconds = what, total, say, seconds
        self._done = 0
        self._said_at = time.monotonic()

    def add(self, count: int) -> None:
        self._done += count
        now = time.monotonic()
        if now - self._said_at >= self._seconds:
            self._said_at = now
            share = 100 * self._done // max(self._total, 1)
            self._say(f"{self._what}: {self._done:,} of {self._total:,} ({share} %)")
