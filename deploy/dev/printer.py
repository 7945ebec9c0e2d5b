"""Lines of many processes on one terminal: each with its process's name in front, in its own colour.
Nothing here decides what runs; stack.py starts the processes and hands their output over."""

import os
import sys
import threading
from collections.abc import Callable
from itertools import cycle
from typing import IO

OWN = "marque"
WIDTH = 9  # the longest name, so that nothing moves sideways later
COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)


class Printer:
    """Writes whole lines, one at a time, however many threads call it."""

    def __init__(self, output: IO[str] | None = None) -> None:
        self._output = output or sys.stdout
        self._colours = cycle(COLOURS)
        self._known: dict[str, int] = {}
        self._width = WIDTH
        self._lock = threading.Lock()
        self._coloured = wants_colour(self._output)

    def sink(self, name: str) -> Callable[[IO[bytes]], None]:
        """A reader for one process's output, to be run in a thread until the process closes it."""
        with self._lock:
            self._known.setdefault(name, next(self._colours))
            self._width = max(self._width, len(name))

        def read(stream: IO[bytes]) -> None:
            with stream:
                for line in stream:
                    self._line(name, line.decode(errors="replace").rstrip("\r\n"))

        return read

    def say(self, sentence: str) -> None:
        """A line of the supervisor's own."""
        self._line(OWN, sentence)

    def plain(self, text: str) -> None:
        """Text as it is, without a name in front."""
        self._write(f"{text}\n")

    def _line(self, name: str, text: str) -> None:
        prefix = f"{name.ljust(self._width)} | "
        if self._coloured:
            prefix = f"\033[{self._known.get(name, 1)}m{prefix}\033[0m"
        self._write(f"{prefix}{text}\n")

    def _write(self, text: str) -> None:
        with self._lock:
            try:
                self._output.write(text)
                self._output.flush()
            except OSError:
                # Nobody reads any more (`make run | head`, a closed terminal); what runs goes on.
                with open(os.devnull, "wb") as nowhere:
                    os.dup2(nowhere.fileno(), self._output.fileno())


def wants_colour(output: IO[str]) -> bool:
    """The two conventions, then whether a person looks on."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or output.isatty()
