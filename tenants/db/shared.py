"""Reading the platform's shared facts (domains, brands, limits) from inside a workspace's transaction.

A transaction may not span two places, so such a read goes over a connection of its own, from a small pool
that nothing waits in: no deadlock with the main pool is possible.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.db import connections

from tenants.context import PLATFORM, platform
from tenants.db.base import DatabaseWrapper

ALIAS = "shared"


@contextmanager
def shared_facts() -> Iterator[str]:
    """On the platform, with the alias to pass to `.using()`: `default`, or `shared` when that would cross."""
    default = cast("DatabaseWrapper", connections["default"])
    alias = ALIAS if default.would_cross(PLATFORM) else "default"
    with platform():
        yield alias
