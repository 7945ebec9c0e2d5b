"""How far an export, an import or a restore is: told to who started it, kept in the cache for the console.

It is kept by an id: a restore by its workspace's, exports and imports by that of their row.

What is kept here is a hint for people; the rows and files say how things stand.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.core.cache import cache

from tenants.context import platform

Told = Callable[[int, int], None]
"""Called with the rows, or in a check the bytes, that are done, and with those in all."""

KEPT = 24 * 3600
STALE = 180
"""Seconds after which work that told nothing was cut off."""
PATIENCE = 3600
"""Seconds for which a wish may wait for the builder, which may be busy with a large workspace."""

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"


def quiet(done: int, total: int) -> None:
    """For whoever does not watch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`what` is export, restore, check or import; `at` a Unix time; `error` for people."""

    what: str
    state: str
    done: int = 0
    total: int = 0
    error: str = ""
    at: float = 0.0

    @property
    def is_going_on(self) -> bool:
        return time.time() - self.at < {WAITING: PATIENCE, RUNNING: STALE}.get(self.state, 0)

    @property
    def was_cut_off(self) -> bool:
        return self.state in {WAITING, RUNNING} and not self.is_going_on

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


def note(id: UUID, *, what: str, state: str, **values: Any) -> None:
    """Keep how it stands now."""
    value = asdict(Progress(what=what, state=state, at=time.time(), **values))
    with platform():
        cache.set(_key(id), value, KEPT)


def of(id: UUID) -> Progress | None:
    """How the last one stands, if that is known."""
    with platform():
        found = cache.get(_key(id))
    return Progress(**found) if found else None


def teller(id: UUID, *, what: str, every: float = 1.0) -> Told:
    """Keeps each call that is `every` seconds after the one before, and the first."""
    last = [0.0]

    def tell(done: int, total: int) -> None:
        if time.monotonic() - last[0] >= every:
            last[0] = time.monotonic()
            note(id, what=what, state=RUNNING, done=done, total=total)

    return tell


def _key(id: UUID) -> str:
    return f"archive:{id}"
