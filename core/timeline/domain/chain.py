"""Writes pending lines into the chain: gives each its number and the hash that ties it to the line before.

One writer at a time, in a transaction of its own that does nothing else and that no act waits for: a worker
does it once the act has committed, a reader of the log for what is pending then, and the sweep for the rest.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import Error as DatabaseFault
from django.db import connection, transaction

from core.timeline.models import AuditEntry
from core.timeline.queries import FIRST_HASH, pending
from core.timeline.rules import FACTS, hash_of
from tenants.context import Place, current, entered
from tenants.ids import first_id_at
from tenants.tasks import enqueue

log = structlog.get_logger(__name__)

CHAIN = "core.timeline.chain"
CHAIN_PLATFORM = "core.timeline.chain_platform"
BATCH = 1000
LOOK_BACK = timedelta(minutes=5)
"""How far a line's own task looks for lines that others left pending; the sweep looks at all there are."""
LOCK_TIMEOUT = "5s"
"""Who holds the chain is done in milliseconds; a reader does not wait for a process that hangs."""


def chain_soon(place: Place, *, at: datetime) -> None:
    """Wake a worker for a line that was written at `at` and has committed."""
    with entered(place):
        enqueue(CHAIN_PLATFORM if place.is_platform else CHAIN, str(first_id_at(at - LOOK_BACK)))


def chain_pending(*, since: UUID | None = None) -> int:
    """Chain the pending lines of this place, all or those since an id, in the order they were written.

    Returns how many there were, at most BATCH. With nothing to do it is one question and no lock.
    """
    if not pending(since=since).exists():
        return 0
    with transaction.atomic():
        _lock(current())
        waiting = list(pending(since=since).values(*FACTS)[:BATCH])
        if waiting:
            AuditEntry.objects.bulk_create(_linked(waiting))
    return len(waiting)


def catch_up() -> None:
    """For whoever reads the log now; what the database refuses is seen a little later."""
    try:
        chain_pending()
    except DatabaseFault as error:
        log.warning("lines_left_pending", schema=current().schema, error=type(error).__name__)


def _linked(waiting: list[dict[str, Any]]) -> list[AuditEntry]:
    last = AuditEntry.objects.order_by("-seq").values_list("seq", "hash").first()
    seq, prev_hash = last or (0, FIRST_HASH)
    entries = []
    for facts in waiting:
        seq += 1
        entry = AuditEntry(seq=seq, prev_hash=prev_hash, **facts)
        entry.hash = prev_hash = hash_of(entry.__dict__)
        entries.append(entry)
    return entries


def _lock(place: Place) -> None:
    """One writer at a time in this place's chain; it is given back with the transaction."""
    number = int.from_bytes(hashlib.sha256(f"log:{place.schema}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s::bigint)", [number])
