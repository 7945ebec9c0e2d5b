"""How many bytes of unfinished mail this process holds: bounded per mail and for all connections together."""

from collections import Counter
from dataclasses import dataclass, field

MAX_MAIL = 25 * 1024 * 1024
MAX_HELD = 8 * MAX_MAIL


@dataclass(slots=True)
class Held:
    """What all connections hold together, and how many there are."""

    limit: int = MAX_HELD
    bytes: int = 0
    peers: Counter[str] = field(default_factory=Counter)

    def enter(self, peer: str, *, limit: int, from_one: int) -> bool:
        """Count one more connection from `peer` ("" is not counted by itself), unless there are too many."""
        if self.peers.total() >= limit or (peer and self.peers[peer] >= from_one):
            return False
        self.peers[peer] += 1
        return True

    def leave(self, peer: str) -> None:
        self.peers[peer] -= 1
        if not self.peers[peer]:
            del self.peers[peer]


class Holding:
    """The bytes of one mail that is coming in; `release` when it is stored or given up."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self._data = bytearray()

    def add(self, piece: bytes) -> bool:
        """Keep the piece, unless all connections together hold too much already."""
        if self._held.bytes + len(piece) > self._held.limit:
            return False
        self._held.bytes += len(piece)
        self._data += piece
        return True

    def release(self) -> None:
        self._held.bytes -= len(self._data)
        self._data = bytearray()

    def __bytes__(self) -> bytes:
        return bytes(self._data)
