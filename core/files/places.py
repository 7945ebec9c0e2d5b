"""How many files of strangers travel at the same time: each may hold a thread for as long as it likes.

Counted in the process, because its few threads are what they could use up, at whichever workspace they are.
"""

from threading import Lock
from types import TracebackType
from weakref import finalize


class Place:
    """Given back by hand, at the end of a `with`, or when nobody knows of it any more; once."""

    def __init__(self, taken: set[str], network: str) -> None:
        self._end = finalize(self, taken.discard, network)
        self._end.atexit = False

    def give_back(self) -> None:
        self._end()

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_back()


class Places:
    """At most so many at once, and one for each network, so that none of them has all."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._taken, self._lock = set[str](), Lock()

    def take(self, network: str) -> Place | None:
        """A place, or None where there is none; nobody waits for one, for that would hold a thread too."""
        with self._lock:
            if network in self._taken or len(self._taken) >= self.most:
                return None
            self._taken.add(network)
        return Place(self._taken, network)
