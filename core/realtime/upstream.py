"""What a browser may say on its socket: a ping, rarely and briefly. Every write is an HTTP POST.

The consumer next door hands each frame here; what is too long, too often or not understood is dropped.
"""

import json
from time import monotonic

MAX_CHARS = 1_024
RATE = 5.0
"""Frames per second that are read in the long run, after a burst of BURST."""
BURST = 20.0
PATIENCE = 500
"""Frames dropped in all before the socket is closed."""


class Throttle:
    """A token bucket, and a count of what it turned away."""

    __slots__ = ("_at", "_left", "dropped")

    def __init__(self) -> None:
        self._left, self._at, self.dropped = BURST, monotonic(), 0

    def allows(self) -> bool:
        now = monotonic()
        self._left = min(BURST, self._left + (now - self._at) * RATE)
        self._at = now
        if self._left < 1.0:
            self.dropped += 1
            return False
        self._left -= 1.0
        return True

    @property
    def exhausted(self) -> bool:
        return self.dropped >= PATIENCE


def kind_of(text: str | None) -> str:
    """The kind of an upstream frame, or "" for anything that is not one."""
    if not text or len(text) > MAX_CHARS:
        return ""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    kind = frame.get("t") if isinstance(frame, dict) else None
    return kind if isinstance(kind, str) else ""
