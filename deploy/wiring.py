"""Every connection between apps, every scheduled task and every task module, in one readable list.

An app that wants to hear of another's event is connected here and nowhere else.
"""

from typing import Any

TASK_MODULES = [
    "tenants.jobs",
]

# Seconds between runs. Each is cheap when there is nothing to do.
BEAT: dict[str, dict[str, Any]] = {
    "run-due": {"task": "tenants.run_due", "schedule": 5.0},
    "sweep": {"task": "tenants.sweep", "schedule": 60.0},
    "fill-stock": {"task": "tenants.fill_stock", "schedule": 60.0, "options": {"queue": "schema"}},
}

ROUTES = {"tenants.fill_stock": {"queue": "schema"}}


def connect() -> None:
    """Called once by deploy's AppConfig when every app is ready."""
