"""Shows how far a fleet run is: a bar on a terminal, else a line every two seconds that a log can hold."""

import time

from django.core.management.base import OutputWrapper

WIDTH = 30
SECONDS = 2.0


class Progress:
    """Call it with the phase, how many are done, of how many, and how many failed."""

    def __init__(self, stream: OutputWrapper) -> None:
        self._stream, self._bar = stream, stream.isatty()
        self._said_at = time.monotonic()
        self._drawn = False

    def __call__(self, phase: str, done: int, total: int, failed: int) -> None:
        faults = f", {failed} failed" if failed else ""
        share = done * WIDTH // max(total, 1)
        if self._bar:
            bar = "#" * share + "." * (WIDTH - share)
            self._stream.write(f"\r\x1b[K{phase:<12} [{bar}] {done} of {total}{faults}", ending="")
            self._stream.flush()
            self._drawn = True
        elif time.monotonic() - self._said_at >= SECONDS:
            self._said_at = time.monotonic()
            self._stream.write(f"{phase}: {done} of {total}{faults}")

    def clear(self) -> None:
        """Take the bar away, so that what follows begins on a line of its own."""
        if self._drawn:
            self._stream.write("\r\x1b[K", ending="")
            self._drawn = False
