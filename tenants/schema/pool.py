"""The warm pool's health: how many spares there are of what sort, how the last build went, one word for it.

Building and claiming are stock.py next door; what is noted here may be lost and is noted again.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q
from django.utils import timezone

from tenants import marks
from tenants.context import platform
from tenants.models import SpareSchema
from tenants.schema import stock
from tenants.schema.template import migrations_version

MARK = "pool"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """`seconds` is what one schema took in the last build, `error` what a build that failed since says."""

    ready: int
    wanted: int
    building: int
    outdated: int
    built_at: datetime | None
    seconds: float | None
    error: str
    failed_at: datetime | None

    @property
    def word(self) -> str:
        """One of "Good", "Filling", "Empty", "Failing"."""
        if self.error:
            return "Failing"
        if self.ready >= self.wanted:
            return "Good"
        return "Filling" if self.ready else "Empty"

    @property
    def level(self) -> str:
        return {"Good": "success", "Filling": "info", "Empty": "warning"}.get(self.word, "error")


def fill() -> int:
    """Fill the pool, and note how long a schema took or why it failed. Raises what the building raises."""
    started = time.perf_counter()
    try:
        built = stock.fill()
    except Exception as error:
        _note(error=f"{type(error).__name__}: {error}"[:300], failed_at=timezone.now().isoformat())
        raise
    if built:
        _note(seconds=(time.perf_counter() - started) / built, error="", failed_at=None)
    elif _noted().get("error"):
        _note(error="", failed_at=None)  # nothing was missing, so nothing fails
    return built


def pool() -> Pool:
    """The pool as it stands: one question to Postgres, one to Redis."""
    version = migrations_version()
    unfinished = Q(version=stock.UNFINISHED)
    with platform():
        found = SpareSchema.objects.aggregate(
            ready=Count("schema", filter=Q(version=version)),
            building=Count("schema", filter=unfinished),
            outdated=Count("schema", filter=~unfinished & ~Q(version=version)),
            built_at=Max("built_at", filter=~unfinished),
        )
    noted = _noted()
    failed_at = noted.get("failed_at")
    return Pool(
        **found,
        wanted=settings.SPARE_SCHEMAS,
        seconds=noted.get("seconds"),
        error=noted.get("error", ""),
        failed_at=datetime.fromisoformat(failed_at) if failed_at else None,
    )


def _noted() -> dict[str, Any]:
    with platform():
        found: dict[str, Any] = marks.read(MARK) or {}
    return found


def _note(**values: Any) -> None:
    with platform():
        marks.leave(MARK, {**_noted(), **values})
