"""Each wall is taken away here, and the leak it stops is shown to happen: no wall is there for show.

The same attacks against the standing walls are in the other files of this folder.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from django.contrib.contenttypes.models import ContentType
from django.core import signing as django_signing
from django.core.cache import cache, caches
from django.db import connection, connections, transaction
from redis import Redis

from core.accounts.models import User
from tenants import context, signing, stamps, tasks
from tenants.asyncio import in_place
from tenants.context import PLATFORM, Place, current, entered, place_of, platform, workspace
from tenants.db import base
from tenants.models import Workspace
from tenants.models import base as rows
from tenants.tasks import workspace_task


def admins() -> list[str]:
    return list(User.objects.filter(role="admin").values_list("email", flat=True))


def test_without_the_path_sync_a_query_reads_where_the_connection_was(
    alice_ws: Workspace, mallory_ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace(alice_ws):
        assert admins() == ["alice@alice.test"]
    monkeypatch.setattr(base.DatabaseWrapper, "_handle_search_path", lambda self, cursor=None: None)
    with workspace(mallory_ws):
        assert admins() == ["alice@alice.test"]


def test_without_the_context_check_code_that_names_no_place_would_read(
    alice_ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "current", lambda: place_of(alice_ws))
    assert admins() == ["alice@alice.test"]


def test_without_the_role_the_path_alone_keeps_nobody_out(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    """With a login that owns both schemas, SQL that names the other one crosses freely."""
    import psycopg
    from django.conf import settings

    with psycopg.connect(settings.OWNER_DSN) as owner:
        owner.execute(base.set_place_sql(place_of(alice_ws), login=base.OWNER))
        rows = owner.execute(f'SELECT email FROM "{mallory_ws.schema}".accounts_user'.encode()).fetchall()
    assert rows == [("mallory@mallory.test",)]


def test_without_the_stamp_an_instance_lands_elsewhere(
    alice_ws: Workspace, mallory_ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace(alice_ws):
        alice = User.objects.get(email="alice@alice.test")
    monkeypatch.setattr(rows, "check_stamp", lambda instance: None)
    with workspace(mallory_ws):
        alice.save(force_insert=True)
        assert User.objects.filter(email="alice@alice.test").count() == 1


def test_without_the_signals_a_librarys_instance_lands_elsewhere(
    alice_ws: Workspace, mallory_ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace(alice_ws):
        kind = ContentType.objects.create(app_label="alice", model="only")
    monkeypatch.setattr(stamps, "check_stamp", lambda instance: None)
    with workspace(mallory_ws):
        kind.save(force_insert=True)
        assert ContentType.objects.filter(app_label="alice").count() == 1


def test_without_the_crossing_check_one_transaction_spans_two_places(
    alice_ws: Workspace, mallory_ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base.DatabaseWrapper, "_check_transaction", lambda self, place: None)
    with workspace(alice_ws), transaction.atomic():
        admins()
        with workspace(mallory_ws):
            assert admins() == ["mallory@mallory.test"]


def test_without_keyed_content_types_the_other_schemas_id_is_served(
    alice_ws: Workspace, mallory_ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ContentType.objects, "_cache", {})
    with workspace(mallory_ws):
        ContentType.objects.filter(app_label="accounts", model="user").update(id=987_654)
        ContentType.objects.get_for_model(User)
    with workspace(alice_ws):
        assert ContentType.objects.get_for_model(User).id == 987_654


def test_without_the_key_function_a_cache_entry_is_everybodys(
    alice_ws: Workspace, mallory_ws: Workspace, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caches["default"], "key_func", lambda name, prefix, version: name)
    with workspace(alice_ws):
        cache.set("secret", "alice's")
    with workspace(mallory_ws):
        assert cache.get("secret") == "alice's"


def test_without_the_place_in_the_token_it_opens_everywhere(
    alice_ws: Workspace, mallory_ws: Workspace
) -> None:
    with workspace(alice_ws):
        token = signing.dumps("invitation", salt="invite")
    with workspace(mallory_ws):
        assert django_signing.loads(token, salt="invite")[1] == "invitation"


def test_without_the_headers_a_task_would_run_on_the_platform(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    @workspace_task("tests.where")
    def where() -> None:
        ran.append(current().schema)

    monkeypatch.setattr(tasks.WorkspaceTask, "place", lambda self: PLATFORM)
    where.apply(throw=True)
    assert ran == ["public"]


def test_a_place_set_once_leaks_between_consumers_that_share_a_thread(
    committed: None, alice_ws: Workspace, mallory_ws: Workspace
) -> None:
    """What the one bridge prevents: a process-wide place, as set_tenant() keeps it, and awaits between."""
    here: dict[str, Place] = {}

    def read() -> list[str]:
        with entered(here["place"]):
            return admins()

    async def consumer(row: Workspace, *, bridged: bool) -> list[str]:
        here["place"] = place_of(row)
        await asyncio.sleep(0)
        if bridged:
            return await in_place(place_of(row), admins)
        found: list[str] = await database_sync_to_async(read)()
        return found

    async def both(*, bridged: bool) -> list[list[str]]:
        both = (consumer(alice_ws, bridged=bridged), consumer(mallory_ws, bridged=bridged))
        return list(await asyncio.gather(*both))

    truth = [["alice@alice.test"], ["mallory@mallory.test"]]
    assert async_to_sync(both)(bridged=True) == truth
    assert async_to_sync(both)(bridged=False) != truth


@contextmanager
def shared_place() -> Iterator[None]:
    """A place kept in a plain global, as a naive port would."""
    kept = context._current
    box: list[Place | None] = [None]

    class Global:
        def get(self) -> Place | None:
            return box[0]

        def set(self, value: Place | None) -> Place | None:
            before, box[0] = box[0], value
            return before

        def reset(self, token: Place | None) -> None:
            box[0] = token

    context._current = Global()  # type: ignore[assignment]  # the wall taken away
    try:
        yield
    finally:
        context._current = kept


def test_with_a_global_place_a_thread_reads_the_other_workspace(
    committed: None, alice_ws: Workspace, mallory_ws: Workspace
) -> None:
    def in_a_thread() -> list[str]:
        seen: list[str] = []
        entered_alice, entered_mallory = threading.Event(), threading.Event()

        def alices() -> None:
            with workspace(alice_ws):
                entered_alice.set()
                entered_mallory.wait(5)
                seen.extend(admins())
            connection.close()

        thread = threading.Thread(target=alices)
        thread.start()
        entered_alice.wait(5)
        with workspace(mallory_ws):
            entered_mallory.set()
            thread.join(10)
        return seen

    assert in_a_thread() == ["alice@alice.test"]
    with shared_place():
        assert in_a_thread() == ["mallory@mallory.test"]


def test_a_pooled_connection_whose_mark_is_trusted_reads_the_other_workspace(
    committed: None, alice_ws: Workspace, mallory_ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A returned connection keeps role and path; a wrapper that believes its mark across loans would leak."""
    with workspace(mallory_ws):
        admins()
    connection.close()
    wrapper: Any = connections["default"]
    with platform():
        wrapper.ensure_connection()
    with wrapper.connection.cursor() as raw:
        raw.execute(f'SET ROLE "{mallory_ws.schema}"')
    with wrapper.connection.cursor() as raw:
        raw.execute(f'SET search_path = "{mallory_ws.schema}"')
    with workspace(alice_ws) as place:
        assert admins() == ["alice@alice.test"]
        with wrapper.connection.cursor() as raw:
            raw.execute(f'SET ROLE "{mallory_ws.schema}"')
        with wrapper.connection.cursor() as raw:
            raw.execute(f'SET search_path = "{mallory_ws.schema}"')
        wrapper.search_path_set_schemas = (place.schema, place.role)
        with monkeypatch.context() as patch:
            patch.setattr(base.DatabaseWrapper, "_stands_at", lambda self, place: True)
            assert admins() == ["mallory@mallory.test"]
        assert admins() == ["alice@alice.test"]  # what the server reported is believed, not the mark
    connection.close()
