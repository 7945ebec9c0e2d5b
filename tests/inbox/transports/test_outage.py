"""Redis is away: leads are stored all the same, limits hold, and browsers hear of it once Redis is back."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from redis import Redis

from core.accounts.models import User
from core.api.domain.keys import make_key
from core.api.enums import Scope
from core.realtime.publisher import publisher
from core.realtime.stream import STREAM
from deploy.dev.valkey import EmbeddedValkey
from inbox.conversations.models import Message
from inbox.transports.form import token
from inbox.transports.form.domain.forms import ensure_default_form
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.transports.form.conftest import ANSWERS, PAGE, token_in


def texts(row: Workspace) -> list[str]:
    with workspace(row):
        return list(Message.objects.order_by("created_at").values_list("body_text", flat=True))


def told_after(server: EmbeddedValkey) -> list[tuple[str, str]]:
    """Workspace and kind of each event in the stream once the server is back."""
    server.start()
    one = publisher(server.url)
    while one._healer is not None:
        one._healer.join(10)
    with Redis.from_url(server.url) as redis:
        rows: Any = redis.xrange(STREAM)
    return [(fields[b"w"].decode(), json.loads(fields[b"b"])["t"]) for _, fields in rows]


def test_a_form_is_stored_and_shows_up_later(
    alice_ws: Workspace,
    mortal_redis: EmbeddedValkey,
    in_commit: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(token, "HASTE", 0.0)
    with workspace(alice_ws):
        ensure_default_form()
    stranger = Client(HTTP_HOST=world.ALICE_HOST)
    sent = {**ANSWERS, "token": token_in(stranger.get(PAGE))}
    mortal_redis.kill()
    with in_commit():
        assert stranger.post(PAGE, sent).status_code == 302
    assert texts(alice_ws) == [ANSWERS["message"]]
    assert told_after(mortal_redis) == [(alice_ws.schema, "resync")]


def test_the_api_stores_and_its_limit_holds(
    alice_ws: Workspace, alice: User, mortal_redis: EmbeddedValkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.api.auth.REQUESTS_PER_MINUTE", 2)
    with workspace(alice_ws):
        _, text = make_key(name="Shop", scopes=[Scope.LEADS_WRITE], created_by=alice)
    program = Client(HTTP_HOST=world.ALICE_HOST, headers={"Authorization": f"Bearer {text}"})
    mortal_redis.kill()
    answers = [
        program.post(
            "/api/v1/leads", {"email": "ada@acme.test", "message": number}, content_type="application/json"
        )
        for number in ("one", "two", "three")
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert texts(alice_ws) == ["one", "two"]
