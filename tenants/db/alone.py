"""One at a time across all processes: a lock by name, which ends with a process that is killed.

What only one transaction long has to be alone takes its row or `pg_advisory_xact_lock` instead.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from django.db import connection

from tenants.keys import key


@contextmanager
def alone(*name: object) -> Iterator[bool]:
    """Whether nobody else holds this name of the current place; nobody gets it while the block lasts.

    It is held by a connection of its own: the pool's may be given back and cleaned in between.
    """
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as own:
        found = own.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key("alone", *name)])
        try:
            yield found.fetchone() == (True,)
        finally:
            # closing alone is heard by the server a moment later: whoever came at once would still be refused
            with suppress(psycopg.Error):
                own.execute("SELECT pg_advisory_unlock_all()")
