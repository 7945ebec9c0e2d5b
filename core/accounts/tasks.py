"""Accounts' background task: the platform's own share of the sweep (workspaces sweep themselves)."""

from core.accounts.housekeeping import sweep
from tenants.tasks import platform_task


@platform_task("core.accounts.sweep_platform")
def sweep_platform() -> None:
    sweep()
