"""What processes remember of the platform: domains, states, brands. Kept until one of them changes anywhere.

Each change raises one number in `public` after its commit, and a process asks for that number once a second:
a thousand workspaces cost as few questions as one. Which rows are watched is said in AppConfig.ready().
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from typing import Any, Generic, TypeVar

import structlog
from django.db import DatabaseError, connection, models, transaction
from django.db.models.signals import post_delete, post_save

from tenants.context import platform
from tenants.db.shared import shared_facts
from tenants.models import ChangeTick
from tenants.models.memory import written

log = structlog.get_logger(__name__)

Key = TypeVar("Key", bound=Hashable)
Fact = TypeVar("Fact")

SECONDS = 1.0
"""How long a process believes the number it read."""
LONGEST = 120.0
"""Seconds after which a fact is read anew whatever the number says: a change by hand raises none."""

BUMP = (
    "INSERT INTO tenants_changetick (id, number) VALUES (1, 1) "
    "ON CONFLICT (id) DO UPDATE SET number = tenants_changetick.number + 1"
)


class _Clock:
    """The number as this process last read it; changes of its own count at once."""

    def __init__(self) -> None:
        self._read_at, self._number, self._own = float("-inf"), 0, 0

    def now(self) -> tuple[int, int]:
        if time.monotonic() - self._read_at > SECONDS:
            own = self._own
            number = _read()
            if own == self._own:  # else somebody changed a fact meanwhile: the next one reads again
                self._number, self._read_at = number, time.monotonic()
        return self._number, self._own

    def forget(self) -> None:
        self._own += 1
        self._read_at = float("-inf")


_clock = _Clock()


class Remembered(Generic[Key, Fact]):
    """At most `size` facts by key, read by `load` when they are asked for first or may have changed."""

    def __init__(self, load: Callable[[Key], Fact], *, size: int = 20_000) -> None:
        self._load, self._size = load, size
        self._rows: OrderedDict[Key, tuple[tuple[int, int], float, Fact]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Fact:
        """The fact as it was at most a second ago."""
        tick, now = _clock.now(), time.monotonic()
        with self._lock:
            found = self._rows.get(key)
        if found and found[0] == tick and now - found[1] < LONGEST:
            return found[2]
        fact = self._load(key)  # after the number was read: a change in between only means one more reading
        with self._lock:
            self._rows[key] = (tick, now, fact)
            self._rows.move_to_end(key)
            while len(self._rows) > self._size:
                self._rows.popitem(last=False)
        return fact

    def clear(self) -> None:
        with self._lock:
            self._rows.clear()


def forget() -> None:
    """What this process remembers is read anew; other processes are not told."""
    _clock.forget()


def changed() -> None:
    """A shared fact is being changed in this transaction: known here at once, everywhere after its commit."""
    forget()
    # The same savepoints live and die together; one that is rolled back takes its own note along.
    noted = [entry[0] for entry in connection.run_on_commit if entry[1] is _tell]
    if set(connection.savepoint_ids) not in noted:
        transaction.on_commit(_tell)


def _tell() -> None:
    forget()
    try:
        with platform(), connection.cursor() as cursor:
            cursor.execute(BUMP)
    except DatabaseError as error:
        log.warning("change_not_told", error=type(error).__name__)


def _read() -> int:
    with shared_facts() as alias:
        number = ChangeTick.objects.using(alias).filter(id=1).values_list("number", flat=True).first()
    return number or 0


# --- watching rows ------------------------------------------------------------------------------------------


def watch(model: type[models.Model], *, fields: Iterable[str] | None = None) -> None:
    """Whatever writes rows of `model`, or these fields of them, is a change. For AppConfig.ready().

    The model's manager must be of RememberedQuerySet, for the writes that Django tells nobody of.
    """
    names = frozenset(fields) if fields is not None else None
    _watched[model] = names
    post_save.connect(_on_save, sender=model, dispatch_uid=f"memory:{model._meta.label}")
    post_delete.connect(_on_delete, sender=model, dispatch_uid=f"memory:{model._meta.label}")
    written.connect(_on_written, sender=model, dispatch_uid=f"memory:{model._meta.label}")


_watched: dict[type[models.Model], frozenset[str] | None] = {}


def matters(model: type[models.Model], written: Iterable[str] | None) -> bool:
    """Whether a write of these fields (None for all of them) changes a shared fact."""
    if model not in _watched:
        return False
    names = _watched[model]
    return names is None or written is None or not names.isdisjoint(written)


def _on_save(sender: type[models.Model], *, update_fields: Iterable[str] | None, **kwargs: Any) -> None:
    if matters(sender, update_fields):
        changed()


def _on_written(sender: type[models.Model], *, fields: Iterable[str] | None, **kwargs: Any) -> None:
    if matters(sender, fields):
        changed()


def _on_delete(sender: type[models.Model], **kwargs: Any) -> None:
    changed()
