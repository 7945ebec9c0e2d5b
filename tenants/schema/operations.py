"""Migration operations of our own: what a workspace's migration may hold beside Django's.

How a migration reaches every workspace is fleet/.
"""

from typing import Any

from django.db.migrations.operations.base import Operation


class InBackground(Operation):
    """Names the workspace task that moves data once a workspace has this migration; changes no schema.

    The task is idempotent and works in batches. A workspace made afterwards has no data to move.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, task: str) -> None:
        self.task = task

    def state_forwards(self, app_label: str, state: Any) -> None:
        return None

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        return None

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        return None

    def describe(self) -> str:
        return f"Move data in the background: {self.task}"
