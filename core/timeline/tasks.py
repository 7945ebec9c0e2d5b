"""Thin tasks around the log: lines are chained once they have committed, and what is chained is tidied up."""

from uuid import UUID

from core.timeline.domain.chain import CHAIN, CHAIN_PLATFORM, chain_pending
from core.timeline.domain.prune import prune
from tenants.tasks import platform_task, workspace_task


@workspace_task(CHAIN)
def chain(since: str) -> None:
    chain_pending(since=UUID(since))


@platform_task(CHAIN_PLATFORM)
def chain_platform(since: str) -> None:
    chain_pending(since=UUID(since))


@platform_task("core.timeline.sweep_platform")
def sweep_platform() -> None:
    chain_pending()


@platform_task("core.timeline.prune")
def prune_pending() -> None:
    prune()
