"""The owner's connection: the only login that makes schemas and roles, used in tenants/schema alone.

In production the web processes do not hold its address; the builder's do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.conninfo import conninfo_to_dict

from tenants.db.base import OWNER, DatabaseWrapper


class NoOwner(Exception):
    """This process was not given the owner's address, so it cannot build schemas."""


@contextmanager
def owner_connection() -> Iterator[psycopg.Connection]:
    """An autocommit connection as the owner. Raises NoOwner where OWNER_DATABASE_URL is not set."""
    with open_owner() as connection:
        yield connection


def open_owner() -> psycopg.Connection:
    """The same for a caller who closes it. Statements are not prepared: it goes from schema to schema."""
    if not settings.OWNER_DSN:
        raise NoOwner("OWNER_DATABASE_URL is not set for this process")
    return psycopg.connect(settings.OWNER_DSN, autocommit=True, prepare_threshold=None)


@contextmanager
def as_owner() -> Iterator[DatabaseWrapper]:
    """Let Django's own connection be the owner's in this thread: for its migrations, in any process that may.

    Raises NoOwner where OWNER_DATABASE_URL is not set.
    """
    if not settings.OWNER_DSN:
        raise NoOwner("OWNER_DATABASE_URL is not set for this process")
    known: Any = connections[DEFAULT_DB_ALIAS]
    if known.login == OWNER:
        yield known
        return
    ours = DatabaseWrapper(_owner_settings(known.settings_dict), DEFAULT_DB_ALIAS)
    connections[DEFAULT_DB_ALIAS] = ours
    try:
        yield ours
    finally:
        connections[DEFAULT_DB_ALIAS] = known
        ours.close()


def _owner_settings(known: dict[str, Any]) -> dict[str, Any]:
    """Django's settings for the owner's address, unpooled as in a process that migrates."""
    address = conninfo_to_dict(settings.OWNER_DSN)
    parts = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    given = {name: str(address.pop(part, "") or "") for name, part in parts.items()}
    return {**known, **given, "LOGIN": OWNER, "OPTIONS": {"server_side_binding": True, **address}}


def can_build() -> bool:
    return bool(settings.OWNER_DSN)
