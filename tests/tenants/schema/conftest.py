"""A whole installation of a test's own, copied from the world: a fleet run changes all of it."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from django.db import connections

from tenants.context import platform
from tenants.db.base import DatabaseWrapper
from tenants.models import Reseller, SpareSchema, Workspace
from tenants.schema.cluster import prepare
from tests.conftest import forget_shared_facts
from tests.services import dsn


@pytest.fixture
def own_database(settings: Any, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Both logins, in this process and in those it starts, see a copy of the world; its name."""
    name = f"marque_fleet_{os.getpid()}"
    superuser = os.environ["TEST_SUPERUSER_DSN"]
    prepare(superuser, name, template=os.environ["TEST_WORLD"])
    settings.OWNER_DSN, settings.WEB_DSN = dsn("marque_owner", name), dsn("marque_web", name)
    monkeypatch.setenv("OWNER_DATABASE_URL", settings.OWNER_DSN)
    monkeypatch.setenv("DATABASE_URL", settings.WEB_DSN)
    forget_shared_facts()
    with django_db_blocker.unblock(), ExitStack() as exits:
        for alias in connections:
            exits.callback(_point(alias, name))
        yield name
    with psycopg.connect(superuser, autocommit=True) as conn:
        conn.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
    forget_shared_facts()


def _point(alias: str, name: str) -> Callable[[], None]:
    """Aim this thread's connection elsewhere; returns what takes it back."""
    known = connections[alias]
    options = {key: value for key, value in known.settings_dict["OPTIONS"].items() if key != "pool"}
    ours = DatabaseWrapper({**known.settings_dict, "NAME": name, "OPTIONS": options}, alias)
    connections[alias] = ours

    def back() -> None:
        ours.close()
        connections[alias] = known

    return back


@pytest.fixture
def more_workspaces(own_database: str) -> Callable[[int], list[Workspace]]:
    """Put spare schemas to use as workspaces of Rosa's, without people."""

    def make(count: int) -> list[Workspace]:
        with platform():
            rosa = Reseller.objects.get(slug="rosa")
            spares = list(SpareSchema.objects.order_by("schema")[:count])
            rows = [
                Workspace(
                    reseller=rosa,
                    name=f"More {n}",
                    schema=one.schema,
                    state="active",
                    migrated_to=one.version,
                )
                for n, one in enumerate(spares)
            ]
            SpareSchema.objects.filter(schema__in=[one.schema for one in spares]).delete()
            return Workspace.objects.bulk_create(rows)

    return make
