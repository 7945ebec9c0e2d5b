"""Outlives a supervisor that was killed, to end what the supervisor could no longer end.
A process of its own, started by process.py: it hears of every child by a pipe, and acts when that closes.

The parent-death signal (become.py) asks each child to stop; some ignore it or hang, and some have workers.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

TICK_SECONDS = 0.1

Groups = dict[
    int, tuple[int, float]
]  # process group -> the signal that asks it to stop, its grace in seconds


class Warden:
    """The supervisor's end of the pipe."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__], stdin=subprocess.PIPE, text=True, start_new_session=True
        )

    def watch(self, group: int, *, number: int, grace: float) -> None:
        """From now on this group ends with us."""
        self._tell(f"{group} {number} {grace}")

    def forget(self, group: int) -> None:
        """It has ended."""
        self._tell(f"{group}")

    def _tell(self, line: str) -> None:
        if self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.write(f"{line}\n")
                self._process.stdin.flush()


def main() -> None:
    """Listen until the supervisor is gone, then end what it left."""
    groups: Groups = {}
    for line in sys.stdin:
        group, *rest = line.split()
        groups.pop(int(group), None)
        if rest:
            groups[int(group)] = (int(rest[0]), float(rest[1]))
    end(groups)


def end(groups: Groups) -> None:
    """Ask each, and kill those whose grace is over."""
    started = time.monotonic()
    for group, (number, _) in groups.items():
        with suppress(ProcessLookupError, PermissionError):
            os.kill(group, number)
    while groups:
        for group, (_, grace) in list(groups.items()):
            over = time.monotonic() - started > grace
            if over or not is_there(group):
                kill(group)
                del groups[group]
        time.sleep(TICK_SECONDS)


def is_there(group: int) -> bool:
    """Whether a process of it exists."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def kill(group: int) -> None:
    """Whatever is left of it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
