"""The owner's connection: the only login that makes schemas and roles, used in tenants/schema alone.

In production the web processes do not hold its address; the builder's do.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings


class NoOwner(Exception):
    """This process was not given the owner's address, so it cannot build schemas."""


@contextmanager
def owner_connection() -> Iterator[psycopg.Connection]:
    """An autocommit connection as the owner. Raises NoOwner where OWNER_DATABASE_URL is not set."""
    if not settings.OWNER_DSN:
        raise NoOwner("OWNER_DATABASE_URL is not set for this process")
    with psycopg.connect(settings.OWNER_DSN, autocommit=True) as connection:
        yield connection


def can_build() -> bool:
    return bool(settings.OWNER_DSN)
