"""Shows how far a fleet run is: a bar on a terminal, else a line every two seconds that a log can hold."""

import time

from django.core.management.base import OutputWrapper

WIDTH = 30
SECONDS = 2.0


class Progress:
    """Call it with the phase, how many are done, of how many (0: nothing to count), how many failed."""

    def __init__(self, stream: OutputWrapper) -> None:
        self._stream, self._bar = stream, stream.isatty()
        self._said_at = time.monotonic()
        self._drawn = False

    def __call__(self, phase: str, done: int, total: int, failed: int) -> None:
        so_far = (f"{done} of {total}" if total else "…") + (f", {failed} failed" if failed else "")
        share = done * WIDTH // max(total, 1)
        if self._bar:  # `str` as the style: it may go to stderr, whose lines Django colours as errors
            bar = "#" * share + "." * (WIDTH - share)
            self._stream.write(f"\r\x1b[K{phase:<12} [{bar}] {so_far}", str, ending="")
            self._stream.flush()
            self._drawn = True
        elif time.monotonic() - self._said_at >= SECONDS:
            self._said_at = time.monotonic()
            self._stream.write(f"{phase}: {so_far}", str)

    def clear(self) -> None:
        """Take the bar away, so that what follows begins on a line of its own."""
        if self._drawn:
            self._stream.write("\r\x1b[K", str, ending="")
            self._drawn = False
