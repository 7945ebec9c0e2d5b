"""With nothing to do a run asks the same few questions, however many workspaces there are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tenants.context import platform
from tenants.models import FleetRun, Workspace
from tests.tenants.schema.fleet.runs import run

pytestmark = pytest.mark.usefixtures("own_database")

QUESTIONS = [
    "SET lock_timeout = '2s'",
    "SELECT pg_advisory_lock(%s)",
    'SELECT app, name FROM "public"."django_migrations"',
    "SELECT c.relname FROM pg_class c",
    "SELECT c.relname FROM pg_class c",
    'SELECT "tenants_startertemplate"."id"',
    'SELECT "tenants_domain"."id"',
    'UPDATE "tenants_fleetrun"',
    'SELECT COUNT("tenants_workspace"."id")',
    "SELECT COUNT(*) AS",
    "SELECT %s AS",
    "SELECT COUNT(*) AS",
    'SELECT "tenants_datarun"."state"',
    "SELECT pg_advisory_unlock(%s)",
]


@contextmanager
def every_statement() -> Iterator[list[str]]:
    """What is sent to Postgres, by Django or by psycopg alone, but for the moves to the platform."""
    sent: list[str] = []
    execute: Callable[..., Any] = psycopg.Cursor.execute

    def noting(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        text = query.decode() if isinstance(query, bytes) else getattr(query, "as_string", query.__str__)()
        if not text.startswith("SET ROLE"):
            sent.append(text)
        return execute(self, query, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", noting)
        yield sent


@pytest.mark.parametrize("count", [1, 3])
def test_it_asks_fourteen_questions(count: int, more_workspaces: Callable[[int], list[Workspace]]) -> None:
    more_workspaces(1)
    with platform():
        keep = Workspace.objects.filter(schema__isnull=False).values_list("id", flat=True)[:count]
        Workspace.objects.exclude(id__in=list(keep)).update(schema=None, state="building")
        runs = FleetRun.objects.count()
    with every_statement() as sent:
        report = run()
    assert (report.workspaces, report.migrated) == (count, 0)
    assert len(sent) == len(QUESTIONS)
    assert [text[: len(start)] for text, start in zip(sent, QUESTIONS, strict=True)] == QUESTIONS
    with platform():
        assert FleetRun.objects.count() == runs
