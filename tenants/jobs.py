"""The ground's own background tasks; the schedule that calls them is deploy/wiring.py."""

import time
from uuid import UUID

from tenants import due, facts, provisioning, queues
from tenants.archive import exporting, importing, tending
from tenants.models import Workspace
from tenants.schema import pool
from tenants.schema.fleet import moving
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
    pool.fill()
    provisioning.finish_waiting()


@workspace_task("tenants.gather_facts")
def gather_facts() -> None:
    facts.gather()


@workspace_task("tenants.move_data")
def move_data(key: str) -> None:
    moving.move(key)


@platform_task("tenants.sweep_data_runs")
def sweep_data_runs() -> None:
    moving.sweep()


@platform_task("tenants.measure_storage")
def measure_storage() -> None:
    facts.measure_storage()


@platform_task("tenants.alive")
def alive(queue: str) -> None:
    queues.note_alive(queue)


@platform_task("tenants.tend_archives")
def tend_archives() -> None:
    tending.tend()


@platform_task("tenants.export_workspace")
def export_workspace(export_id: str) -> None:
    exporting.write_asked(UUID(export_id))


@platform_task("tenants.import_workspace")
def import_workspace(import_id: str) -> None:
    importing.move_on(UUID(import_id))


@platform_task("tenants.tidy_archives")
def tidy_archives() -> None:
    tending.tidy_store()


@platform_task("tenants.set_up")
def set_up(workspace_id: str) -> None:
    rows = Workspace.objects.filter(id=UUID(workspace_id), state=Workspace.State.BUILDING, archive="")
    for row in rows.select_related("reseller", "starter"):
        provisioning.finish(row)
