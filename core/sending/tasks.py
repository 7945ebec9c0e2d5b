"""Thin tasks around the ledger; they are woken by domain/wake.py and by the sweep."""

from uuid import UUID

from core.sending.domain import sweep
from core.sending.domain.dkim_keys import CHECK, check_key
from core.sending.domain.handoff import hand_over
from core.sending.domain.wake import DUE_TASK, SEND, SEND_PLATFORM
from core.sending.models import DkimKey
from tenants.tasks import platform_task, workspace_task


@workspace_task(SEND)
def send(*delivery_ids: str) -> None:
    hand_over(UUID(id) for id in delivery_ids)


@platform_task(SEND_PLATFORM)
def send_platform(*delivery_ids: str) -> None:
    hand_over(UUID(id) for id in delivery_ids)


@workspace_task(DUE_TASK)
def wake_due() -> None:
    sweep.wake_due()


@workspace_task(CHECK)
def check_dkim(key_id: str) -> None:
    key = DkimKey.objects.filter(id=UUID(key_id)).first()
    if key is not None:
        check_key(key)


@platform_task("core.sending.sweep_platform")
def sweep_platform() -> None:
    sweep.sweep()
