"""The ground's own background tasks; the schedule that calls them is deploy/wiring.py."""

import time

from tenants import due, provisioning
from tenants.schema import moving, stock
from tenants.tasks import platform_task, workspace_task


@platform_task("tenants.run_due")
def run_due() -> None:
    due.run_due()


@platform_task("tenants.sweep")
def sweep() -> None:
    due.sweep(turn=int(time.time() // 60))


@workspace_task("tenants.sweep_workspace")
def sweep_workspace() -> None:
    due.sweep_workspace()


@platform_task("tenants.fill_stock")
def fill_stock() -> None:
    stock.fill()
    provisioning.finish_waiting()


@workspace_task("tenants.move_data")
def move_data(key: str) -> None:
    moving.move(key)


@platform_task("tenants.sweep_data_runs")
def sweep_data_runs() -> None:
    moving.sweep()
