"""The task that reads a kept mail; woken by domain/keep.py and domain/sweep.py."""

from uuid import UUID

from inbox.transports.email.domain.keep import READ
from inbox.transports.email.domain.take_in import take_in
from tenants.tasks import workspace_task


@workspace_task(READ)
def read(inbound_id: str) -> None:
    take_in(UUID(inbound_id))
