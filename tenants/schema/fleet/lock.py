"""The lock of a fleet run: only one goes on at a time, and whether one does is seen by it."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection

from tenants.schema.owner import owner_connection

LOCK = 0x6D61727175650001
"""The advisory lock of a run: "marque" and a number."""

_HELD = """
    SELECT EXISTS (
        SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND classid::bigint = %s AND objid::bigint = %s
    )
"""


class AnotherRun(Exception):
    """A fleet run is going on already."""


@contextmanager
def only_one() -> Iterator[None]:
    """Hold the fleet for oneself; it is free again when the process ends, however it ends.

    It is waited for a moment: the server may still be busy with the end of a run that was killed.
    """
    with owner_connection() as owner:
        owner.execute("SET lock_timeout = '2s'")
        try:
            owner.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        except psycopg.errors.LockNotAvailable:
            raise AnotherRun("Another run is migrating the fleet. Wait until it is done.") from None
        try:
            yield
        finally:
            owner.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def is_held() -> bool:
    """Whether a run goes on now. Asked on the platform, with any login."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [LOCK >> 32, LOCK & 0xFFFFFFFF])
        return bool(cursor.fetchone()[0])
