"""The broker's queues as the platform sees them: how long they are, and whether somebody works on them.

A worker's sign of life is a task that the scheduler sends to each queue; work itself is tasks.py next door.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.utils import timezone
from redis.exceptions import RedisError

from tenants import marks
from tenants.context import platform
from tenants.tasks import MISSED, SENT_HEADER

QUEUES = {"celery": "Work of the workspaces", "schema": "Builder of schemas"}
"""Each queue that a program listens to, and what it is for."""

QUIET = timedelta(minutes=2)
"""Without a sign of life for this long, nobody listens; the scheduler sends one every half minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """`oldest` is when the message that waits longest was sent, where it says so.

    `alive` is the last sign of life of whoever listens.
    """

    name: str
    label: str
    length: int
    oldest: datetime | None = None
    alive: datetime | None = None

    @property
    def is_heard(self) -> bool:
        return self.alive is not None and timezone.now() - self.alive < QUIET


def queues() -> list[Queue] | None:
    """Every queue with its figures; None while Redis is away."""
    try:
        return [_queue(name, label=label) for name, label in QUEUES.items()]
    except (RedisError, OSError):
        return None


def _queue(name: str, *, label: str) -> Queue:
    """Celery pushes on the left and takes from the right, so the last one waits longest."""
    redis = marks.client()
    length = redis.llen(name)
    last = cast("bytes | None", redis.lindex(name, -1)) if length else None
    with platform():
        alive = marks.read(f"alive:{name}")
    return Queue(name=name, label=label, length=length, oldest=_sent_at(last), alive=_moment(alive))


def _sent_at(message: bytes | None) -> datetime | None:
    headers = json.loads(message)["headers"] if message else {}
    return _moment(headers.get(SENT_HEADER))


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def note_alive(queue: str) -> None:
    """Called by the task that the scheduler sends to `queue`: whoever runs it listens."""
    with platform():
        marks.leave(f"alive:{queue}", timezone.now().isoformat(), seconds=24 * 3600)


def missed() -> int:
    """How many wake-ups the broker did not get, as far as the processes have told; the sweep healed each."""
    with platform():
        return int(marks.read(MISSED) or 0)
