"""How commands say on stderr how far they are: a fleet run by a bar, an archive by lines.

What is kept for the console meanwhile is the ledger's (schema/fleet) and archive/progress.py.
"""

import time

from django.core.management.base import OutputWrapper

WIDTH = 30
SECONDS = 2.0


class Progress:
    """A bar on a terminal, else a line every two seconds that a log can hold.

    Call it with the phase, how many are done, of how many (0: nothing to count), how many failed.
    """

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


class Teller:
    """Call it with the rows done and the rows in all; a line about once a second, none for what is quick."""

    def __init__(self, stream: OutputWrapper) -> None:
        self._stream, self._told_at = stream, time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._told_at > 1:
            self._told_at = time.monotonic()
            self._stream.write(f"{done:,} of {total:,} rows")
