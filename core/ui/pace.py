"""Bodies that come slowly, read at a pace: a thread of the web's waits for each, and there are few.

The server's read returns when all that was asked for is there, and knows no limit of time. So it is asked
for little, and who trickles is given up. Who sends nothing at all is not seen here: that ends with the
connection, and to end it is the proxy's job. A thread beside must not do the reading: granian (2.8) halts the
whole process when an answer goes out while another thread waits for the body.
"""

import time
from dataclasses import dataclass

from django.http import HttpRequest

PIECE = 1_024


class TooSlow(Exception):
    """The sender does not keep the pace."""


@dataclass(frozen=True, slots=True)
class Pace:
    """After `grace` seconds `rate` bytes a second on average, and all of it `within` so many seconds."""

    grace: float
    rate: int
    within: float

    def is_kept(self, count: int, *, passed: float) -> bool:
        """Whether so many bytes are enough after so many seconds."""
        return passed <= self.within and count >= self.rate * (passed - self.grace)


def read_body(request: HttpRequest, *, size: int, pace: Pace) -> bytes:
    """So many bytes, or fewer where the sender hung up. Raises TooSlow."""
    found, begun = bytearray(), time.monotonic()
    while len(found) < size and (piece := request.read(min(PIECE, size - len(found)))):
        found += piece
        if not pace.is_kept(len(found), passed=time.monotonic() - begun):
            raise TooSlow
    return bytes(found)
