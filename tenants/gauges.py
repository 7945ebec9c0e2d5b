"""Gauges: what a console wants to know of each workspace, read inside it from time to time.

An app registers how its figure is read; the values are kept in `WorkspaceFacts`, so that a list of a
thousand workspaces looks into none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass

Value = int | float | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One figure; `read` runs inside the workspace and must be cheap. Times are ISO 8601 texts in UTC."""

    key: str
    read: Callable[[], Value]


_gauges: dict[str, Gauge] = {}


def register(gauge: Gauge) -> None:
    """Add a gauge; the same key again replaces it. For AppConfig.ready()."""
    _gauges[gauge.key] = gauge


def gauges() -> list[Gauge]:
    return [_gauges[key] for key in sorted(_gauges)]
