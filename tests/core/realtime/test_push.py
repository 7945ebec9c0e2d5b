"""The door for announcing: after the commit, for the place of the call, and never an error of Redis."""

import json
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

import pytest
from django.db import transaction
from redis import Redis

from core.accounts.models import User
from core.realtime.audience import everyone, users
from core.realtime.publisher import publisher
from core.realtime.push import DATA_BYTES, FRAGMENT_BYTES, body_of, push_on_commit
from core.realtime.stream import STREAM, Entry, read_entry
from tenants.context import NoContext, NotAWorkspace, Place, workspace
from tenants.models import Workspace
from tests.core.realtime.conftest import BellRang, NoteLeft, give_up


def entries(redis: "Redis") -> list[Entry]:
    rows = cast(list[tuple[bytes, dict[bytes, bytes]]], redis.xrange(STREAM))
    return [read_entry(fields) for _, fields in rows]


def test_it_works(in_alice: Place, redis: "Redis", in_commit: Callable[[], Any], alice: User) -> None:
    with in_commit():
        push_on_commit(BellRang(times=2), audience=users([alice.pk]), html="<p>é</p>")
        assert entries(redis) == []
    body = '{"t":"bell-rang","html":"<p>é</p>","d":{"times":2}}'
    assert entries(redis) == [Entry(schema=in_alice.schema, audience=users([alice.pk]), body=body)]


def test_events_keep_their_order(in_alice: Place, redis: "Redis", in_commit: Callable[[], Any]) -> None:
    with in_commit():
        for times in range(5):
            push_on_commit(BellRang(times=times), audience=everyone())
    assert [entry.body[-4:] for entry in entries(redis)] == [f":{times}}}}}" for times in range(5)]


def test_a_rollback_announces_nothing(in_alice: Place, redis: "Redis", in_commit: Callable[[], Any]) -> None:
    with in_commit(), transaction.atomic():
        push_on_commit(BellRang(times=1), audience=everyone())
        transaction.set_rollback(True)
    assert entries(redis) == []


def test_the_place_is_that_of_the_call_not_of_the_commit(
    alice_ws: Workspace, mallory_ws: Workspace, redis: "Redis", in_commit: Callable[[], Any]
) -> None:
    with in_commit(), workspace(mallory_ws), workspace(alice_ws) as hers:
        push_on_commit(BellRang(times=1), audience=everyone())
    assert [entry.schema for entry in entries(redis)] == [hers.schema]


def test_outside_a_workspace_it_fails_closed(on_platform: Place) -> None:
    with pytest.raises(NotAWorkspace):
        push_on_commit(BellRang(times=1), audience=everyone())


def test_without_a_context_it_fails_closed() -> None:
    with pytest.raises(NoContext):
        push_on_commit(BellRang(times=1), audience=everyone())


def test_with_redis_away_the_write_stands(
    in_alice: Place, settings: Any, in_commit: Callable[[], Any], alice: User
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with in_commit():
        User.objects.filter(pk=alice.pk).update(name="Alice Written")
        push_on_commit(BellRang(times=1), audience=everyone())
    assert User.objects.get(pk=alice.pk).name == "Alice Written"
    one = publisher(settings.REDIS_URL)
    assert one.missed == 1
    give_up(one)


def test_a_fragment_over_8_kb_stays_at_home() -> None:
    fits, too_big = "é" * (FRAGMENT_BYTES // 2), "é" * (FRAGMENT_BYTES // 2 + 1)
    assert body_of(BellRang(times=1), html=fits) == f'{{"t":"bell-rang","html":"{fits}","d":{{"times":1}}}}'
    assert (
        body_of(BellRang(times=1), html=too_big) == '{"t":"bell-rang","html":"","d":{"times":1},"big":true}'
    )


def test_facts_that_are_content_become_a_resync() -> None:
    assert body_of(NoteLeft(note=UUID(int=7), text="x" * DATA_BYTES), html="") == '{"t":"resync"}'


def test_facts_are_json_a_browser_reads() -> None:
    event = NoteLeft(note=UUID(int=7), text='</script>"\\')
    assert json.loads(body_of(event, html="")) == {
        "t": "note-left",
        "html": "",
        "d": {"note": "00000000-0000-0000-0000-000000000007", "text": '</script>"\\'},
    }
