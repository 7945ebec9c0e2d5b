"""Background work that always knows whose it is: enqueue by name, and the two kinds of task.

Postgres is the truth and the broker only wakes workers, so a missed message is counted and healed by a sweep.
Work that falls due later is in due.py next door.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog
from celery import Task, current_app, shared_task
from django.db import transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from tenants import marks
from tenants.context import PLATFORM, Place, current, current_or_none, entered, place_of, platform
from tenants.models import Workspace

log = structlog.get_logger(__name__)

SCHEMA_HEADER = "marque_schema"
WORKSPACE_HEADER = "marque_workspace"
SENT_HEADER = "marque_sent"
MISSED = "missed"

misses = 0
"""How many wake-ups this process could not hand to the broker; the sweep makes up for each."""


class Refused(Exception):
    """A task arrived that does not say whose it is, or names a workspace that is gone."""


def enqueue(name: str, *args: Any, countdown: float | None = None, queue: str | None = None) -> None:
    """Wake a worker for task `name` after the commit, in the place that is current now.

    Never raises when the broker is away: the miss is counted, and the sweep finds the work.
    """
    place = current()
    transaction.on_commit(lambda: _send(place, name=name, args=args, countdown=countdown, queue=queue))


def _send(
    place: Place, *, name: str, args: tuple[Any, ...], countdown: float | None, queue: str | None
) -> None:
    global misses  # noqa: PLW0603 - one counter per process
    headers = {
        SCHEMA_HEADER: place.schema,
        WORKSPACE_HEADER: str(place.workspace_id or ""),
        SENT_HEADER: datetime.now(UTC).isoformat(),
    }
    try:
        current_app.send_task(name, args=args, headers=headers, countdown=countdown, queue=queue, retry=False)
    except (OSError, KombuError, RedisError) as error:
        misses += 1
        log.warning("wake_up_missed", task=name, schema=place.schema, error=type(error).__name__)
    else:
        _tell_misses()


def _tell_misses() -> None:
    """The broker is there: what this process missed before is added up for the operators."""
    global misses  # noqa: PLW0603 - one counter per process
    if misses:
        with platform():
            told = marks.count(MISSED, amount=misses)
        misses = 0 if told else misses


class _PlacedTask(Task):  # type: ignore[type-arg]  # generic in the stubs only
    """Enters the place its message carries; refuses to run without one."""

    abstract = True
    ignore_result = True

    place: Callable[[], Place]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with entered(self.place()):
            return super().__call__(*args, **kwargs)

    def _header(self, name: str) -> str:
        headers = self.request.headers or {}
        return str(headers.get(name) or getattr(self.request, name, None) or "")


class WorkspaceTask(_PlacedTask):
    abstract = True

    def place(self) -> Place:
        schema, workspace_id = self._header(SCHEMA_HEADER), self._header(WORKSPACE_HEADER)
        if not schema or not workspace_id:
            if self.request.called_directly and current_or_none():
                return current()
            raise Refused(f"{self.name} came without a workspace")
        with platform():
            row = Workspace.objects.filter(id=UUID(workspace_id), schema=schema).first()
        if row is None:
            raise Refused(f"{self.name} came for a workspace that is gone")
        return place_of(row)


class PlatformTask(_PlacedTask):
    abstract = True

    def place(self) -> Place:
        if self._header(SCHEMA_HEADER) not in {"", PLATFORM.schema}:
            raise Refused(f"{self.name} is the platform's and came from a workspace")
        return PLATFORM


def workspace_task(name: str, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """A task that runs inside the workspace its message names. Thin: ids, load, one domain call."""
    return _decorator(WorkspaceTask, name=name, options=options)


def platform_task(name: str, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """A task of the platform itself, such as the scheduler's own."""
    return _decorator(PlatformTask, name=name, options=options)


def _decorator(
    base: type[_PlacedTask], *, name: str, options: dict[str, Any]
) -> Callable[[Callable[..., Any]], Any]:
    def decorate(fn: Callable[..., Any]) -> Any:
        return shared_task(name=name, base=base, **options)(fn)  # type: ignore[no-untyped-call]  # celery's stubs

    return decorate
