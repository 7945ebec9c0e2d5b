"""The inbox's background tasks; when they run is said by tenants/due.py."""

from uuid import UUID

from inbox.conversations.domain.clearing import CLEAR, clear
from inbox.conversations.domain.marks import fill_states
from inbox.conversations.domain.waking import wake_due
from inbox.conversations.enums import Sorting
from tenants.tasks import workspace_task


@workspace_task("inbox.wake_snoozed")
def wake_snoozed() -> None:
    wake_due()


@workspace_task("inbox.fill_mark_states")
def fill_mark_states() -> None:
    fill_states()


@workspace_task(CLEAR)
def clear_deleted(kind: str, id: str) -> None:
    clear(Sorting(kind), UUID(id))
