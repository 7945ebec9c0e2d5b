"""Accounts' background tasks: the platform's own share of the sweeps (workspaces sweep themselves)."""

from core.accounts.housekeeping import sweep
from tenants.console.domain.support import close_over
from tenants.tasks import platform_task


@platform_task("core.accounts.sweep_platform")
def sweep_platform() -> None:
    sweep()


@platform_task("core.accounts.close_stays")
def close_stays() -> None:
    close_over()
