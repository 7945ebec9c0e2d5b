"""Data migrations: what a migration's InBackground named, workspace by workspace, after the schema has it.

A DataRun in `public` says what is open. It is noted before the schema is migrated and waits until that is
done; the task itself runs inside the workspace, and a sweep wakes what was missed or failed.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import psycopg
import structlog
from celery import current_app
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F, Q
from django.utils import timezone

from tenants.context import Place, current_workspace, entered, platform
from tenants.db.alone import alone
from tenants.ids import uuid7
from tenants.models import DataRun, FleetStep
from tenants.tasks import enqueue

log = structlog.get_logger(__name__)

LATE = timedelta(minutes=10)
"""How long one that is open is left alone before it is woken again."""
TRIES = 5
"""After so many failures it stays failed, until a later migration names the task once more."""
BATCH = 500


def note(conn: psycopg.Connection, workspace_id: UUID, *, tasks: Sequence[str]) -> None:
    """Data is to be moved by these tasks, also where they have moved some before; in autocommit."""
    for task in tasks:
        conn.execute(
            "INSERT INTO public.tenants_datarun (id, workspace_id, key, state, error, attempts, noted_at) "
            "VALUES (%s, %s, %s, 'waiting', '', 0, now()) ON CONFLICT (workspace_id, key) "
            "DO UPDATE SET state = 'waiting', error = '', attempts = 0, noted_at = now(), finished_at = NULL",
            [uuid7(), workspace_id, task],
        )


def wake(place: Place, *, tasks: Sequence[str]) -> None:
    """Have what was noted done in this workspace."""
    with entered(place):
        for task in tasks:
            enqueue("tenants.move_data", task)


def move(key: str) -> bool:
    """Run the task inside the current workspace and write down how it went; whether it was run.

    Not while another worker is at it: one that takes longer than `LATE` is woken again meanwhile.
    """
    # A worker of an older release does not know it, and a schema whose turn has not come has no place for it.
    if key not in current_app.tasks or not _has_its_step(key):
        return False
    with alone("data_run", key) as ours:
        return ours and _run(key)


def _run(key: str) -> bool:
    schema, workspace_id = current_workspace().schema, current_workspace().workspace_id
    row = DataRun.objects.filter(Q(workspace_id=workspace_id), key=key).exclude(state=DataRun.State.DONE)
    with platform():
        if not row.update(attempts=F("attempts") + 1, noted_at=timezone.now()):
            return False
    error = ""
    try:
        current_app.tasks[key]()
    except Exception as fault:
        log.exception("data_not_moved", task=key, schema=schema)
        error = f"{type(fault).__name__}: {fault}"[:300]
    state = DataRun.State.FAILED if error else DataRun.State.DONE
    with platform():
        row.update(state=state, error=error, finished_at=None if error else timezone.now())
    return True


def _has_its_step(key: str) -> bool:
    with platform():
        steps = list(FleetStep.objects.filter(background__contains=[key]).values_list("app", "name"))
    if not steps:
        return True
    found = Q(*(Q(app=app, name=name) for app, name in steps), _connector=Q.OR)
    return MigrationRecorder(connection).migration_qs.filter(found).count() == len(steps)


def sweep() -> int:
    """Wake what is open and was not touched for a while; returns how many. Runs on the platform."""
    late = DataRun.objects.filter(
        _open(), noted_at__lt=timezone.now() - LATE, workspace__schema__isnull=False
    )
    rows = list(late.select_related("workspace").order_by("noted_at")[:BATCH])
    DataRun.objects.filter(id__in=[row.id for row in rows]).update(noted_at=timezone.now())
    for row in rows:
        schema = row.workspace.schema or ""
        wake(Place(schema, schema, row.workspace_id), tasks=[row.key])
    return len(rows)


def _open() -> Q:
    return Q(state=DataRun.State.WAITING) | Q(state=DataRun.State.FAILED, attempts__lt=TRIES)


def open_counts() -> dict[str, int]:
    """How many data migrations are waiting and how many failed, by state; those of closed workspaces too."""
    with platform():
        states = DataRun.objects.exclude(state=DataRun.State.DONE).values_list("state", flat=True)
        return dict(Counter(states))
