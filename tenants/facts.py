"""Keeps what the gauges say of each workspace in `public`, and how much room each takes.

The sweep of a workspace calls `gather`, the scheduler `measure_storage`; the consoles read the rows, and have
old ones gathered again when somebody looks.
"""

import json
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection
from django.utils import timezone

from tenants import marks
from tenants.context import current_workspace, place_of, platform, workspace
from tenants.gauges import Gauge, Value, gauges
from tenants.models import Workspace, WorkspaceFacts
from tenants.tasks import enqueue

log = structlog.get_logger(__name__)

AGE = timedelta(minutes=10)
"""How old figures may grow before a sweep reads them again; the sweep itself comes every three."""

AGE_AT_FIRST = timedelta(minutes=1)
"""The same on a workspace's first day, when somebody watches whether its people come in."""

AGAIN = 60
"""Seconds between two askings for one workspace, however many people look at its page."""

STORAGE = "storage"

FILES = "files"
"""The gauge of what a workspace keeps outside Postgres, in bytes; part of its storage."""

# What the tables take, and what the gauge last said of the files. Pages as the catalogue counts them, which
# autovacuum keeps: pg_relation_size would open every table of every workspace, and a backend never gives back
# what it remembers of a table.
_STORAGE = """
WITH sizes AS (
    SELECT n.nspname AS schema, sum(c.relpages::bigint + coalesce(t.relpages, 0)) AS pages
    FROM pg_namespace n
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'i', 'm')
    LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
    WHERE n.nspname LIKE 'w\\_%%'
    GROUP BY n.nspname
), figures AS (
    SELECT f.workspace_id,
        s.pages * current_setting('block_size')::bigint
        + coalesce((f."values" ->> %s::text)::bigint, 0) AS bytes
    FROM sizes s
    JOIN tenants_workspace w ON w.schema = s.schema
    JOIN tenants_workspacefacts f ON f.workspace_id = w.id
)
UPDATE tenants_workspacefacts f
SET "values" = f."values" || jsonb_build_object(%s::text, figures.bytes)
FROM figures
WHERE f.workspace_id = figures.workspace_id
  AND f."values" -> %s::text IS DISTINCT FROM to_jsonb(figures.bytes)
"""

_KEEP = """
INSERT INTO tenants_workspacefacts AS f (workspace_id, "values", gathered_at) VALUES (%s, %s::jsonb, %s)
ON CONFLICT (workspace_id) DO UPDATE
SET "values" = f."values" || excluded."values", gathered_at = excluded.gathered_at
"""


def gather() -> None:
    """Read every gauge in this workspace, unless that was done lately, and keep the values in `public`.

    A gauge that fails keeps its last value and does not stop the others.
    """
    workspace_id = current_workspace().workspace_id
    assert workspace_id is not None  # a workspace's place has one
    with platform():
        kept = WorkspaceFacts.objects.filter(workspace_id=workspace_id).select_related("workspace").first()
    now = timezone.now()
    if kept is not None and not is_old(kept.workspace, gathered_at=kept.gathered_at):
        return
    before = kept.values if kept is not None else {}
    _keep(workspace_id, values=_read(before), at=now)


def is_old(row: Workspace, *, gathered_at: datetime | None) -> bool:
    """Whether its figures are to be read again; None are old."""
    now = timezone.now()
    age = AGE_AT_FIRST if row.created_at > now - timedelta(days=1) else AGE
    return gathered_at is None or gathered_at <= now - age


def freshen(row: Workspace, *, gathered_at: datetime | None) -> bool:
    """Somebody looks at a workspace: have its figures gathered now if they are old; whether newer ones come.

    A closed one's stay as they are, and so do those of one that is not there yet.
    """
    if not row.is_open or not is_old(row, gathered_at=gathered_at):
        return False
    with workspace(place_of(row)):
        if marks.once("facts_asked", seconds=AGAIN):
            enqueue("tenants.gather_facts")
    return True


def _read(before: dict[str, Value]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for gauge in gauges():
        try:
            values[gauge.key] = _joined(gauge, before=before.get(gauge.key))
        except Exception:
            log.exception("gauge_failed", gauge=gauge.key, schema=current_workspace().schema)
    return values


def _joined(gauge: Gauge, *, before: Value) -> Value:
    value = gauge.read()
    return gauge.merge(before, value) if gauge.merge else value


def _keep(workspace_id: UUID, *, values: dict[str, Value], at: datetime) -> None:
    """One statement: what another task has kept under other keys meanwhile stays."""
    with platform(), connection.cursor() as cursor:
        cursor.execute(_KEEP, [workspace_id, json.dumps(values), at])


def measure_storage() -> int:
    """Note the bytes of every workspace that has facts, in one statement; how many changed.

    Runs on the platform, and opens no workspace.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STORAGE, [FILES, STORAGE, STORAGE])
        return int(cursor.rowcount)
