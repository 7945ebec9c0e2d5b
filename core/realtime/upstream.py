"""What a browser may say on its socket: a ping or a whisper, rarely and briefly. Every write is an HTTP POST.

The consumer next door hands each frame here; what is too long, too often or not understood is dropped.
"""

import json
from collections.abc import Mapping
from time import monotonic

MAX_CHARS = 1_024
RATE = 5.0
"""Frames per second that are read in the long run, after a burst of BURST."""
BURST = 20.0
PATIENCE = 500
"""Frames dropped in all before the socket is closed."""


class Throttle:
    """A token bucket, and a count of what it turned away. `rate` is per second."""

    __slots__ = ("_at", "_left", "burst", "dropped", "rate")

    def __init__(self, *, rate: float = RATE, burst: float = BURST) -> None:
        self.rate, self.burst = rate, burst
        self._left, self._at, self.dropped = burst, monotonic(), 0

    def allows(self) -> bool:
        now = monotonic()
        self._left = min(self.burst, self._left + (now - self._at) * self.rate)
        self._at = now
        if self._left < 1.0:
            self.dropped += 1
            return False
        self._left -= 1.0
        return True

    @property
    def exhausted(self) -> bool:
        return self.dropped >= PATIENCE


def frame_of(text: str | None) -> dict[str, object]:
    """An upstream frame, empty for anything that is not one."""
    if not text or len(text) > MAX_CHARS:
        return {}
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return frame if isinstance(frame, dict) else {}


def kind_of(frame: Mapping[str, object]) -> str:
    """The kind of an upstream frame, or "" where it names none."""
    kind = frame.get("t")
    return kind if isinstance(kind, str) else ""
