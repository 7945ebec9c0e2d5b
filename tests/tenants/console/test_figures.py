"""A workspace's figures on its page: old ones are gathered when somebody looks, and shown when they come."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from redis import Redis

from core.accounts.models import User
from tenants import facts
from tenants.console.views.workspaces import LOOKS
from tenants.context import platform, workspace
from tenants.jobs import gather_facts
from tenants.models import Staff, Workspace
from tenants.tasks import SCHEMA_HEADER
from tests.tenants.console.making import keep_facts

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
InCommit = Callable[[], Any]
HTMX = {"HX-Request": "true"}


def put(row: Workspace, **values: Any) -> None:
    with platform():
        Workspace.objects.filter(id=row.id).update(**values)


@pytest.fixture
def old(alice_ws: Workspace) -> Workspace:
    """A workspace whose figures were read some minutes ago, and that is not new."""
    put(alice_ws, created_at=timezone.now() - timedelta(days=9))
    keep_facts(alice_ws, gathered_at=timezone.now() - facts.AGE, people=77, seats=70)
    return alice_ws


def figures(row: Workspace, asked: object = 1) -> str:
    return f"/workspaces/{row.id}/figures/?asked={asked}"


def woken(redis: Redis) -> list[tuple[str, str]]:
    """Task and schema of what waits for a worker."""
    heads = [json.loads(raw)["headers"] for raw in redis.lrange("celery", 0, -1)]
    return [(head["task"], head[SCHEMA_HEADER]) for head in heads]


@pytest.mark.parametrize("who", ["rosa", "olga"])
def test_it_works(
    client_for: ClientFor,
    request: pytest.FixtureRequest,
    old: Workspace,
    redis: Redis,
    in_commit: InCommit,
    who: str,
) -> None:
    client = client_for(request.getfixturevalue(who))
    with in_commit():
        page = client.get(f"/workspaces/{old.id}/").content.decode()
    assert woken(redis) == [("tenants.gather_facts", old.schema)]
    assert ("of 77 people" in page, "being read again" in page) == (True, True)
    assert f'hx-get="{figures(old)}" hx-trigger="every 2s"' in page
    waiting = client.get(figures(old), headers=HTMX).content.decode()
    assert ("<html" in waiting, figures(old, 2) in waiting) == (False, True)
    with workspace(old):
        gather_facts()
    part = client.get(figures(old, 2), headers=HTMX).content.decode()
    shown = re.search(r'<dt>Seats</dt><dd class="num">(\d+)', part)
    assert shown
    assert (shown[1], "being read again" in part, "hx-trigger" in part) == ("3", False, False)


def test_it_is_asked_for_once_a_minute(
    client_for: ClientFor, rosa: User, olga: User, old: Workspace, redis: Redis, in_commit: InCommit
) -> None:
    with in_commit():
        for person in (rosa, olga, rosa):
            assert "hx-trigger" in client_for(person).get(figures(old), headers=HTMX).content.decode()
    assert len(woken(redis)) == 1
    assert 0 < redis.ttl(f"{old.schema}:mark:facts_asked") <= 60


@pytest.mark.parametrize(
    ("state", "age", "asks"),
    [
        ("active", facts.AGE, True),
        ("past_due", facts.AGE, True),
        ("active", facts.AGE - timedelta(seconds=30), False),
        ("suspended", facts.AGE, False),
        ("archived", facts.AGE, False),
        ("building", facts.AGE, False),
    ],
)
def test_only_what_is_open_and_old(
    client_for: ClientFor,
    rosa: User,
    old: Workspace,
    redis: Redis,
    in_commit: InCommit,
    state: str,
    age: timedelta,
    asks: bool,
) -> None:
    put(old, state=state)
    keep_facts(old, gathered_at=timezone.now() - age, people=77, seats=70)
    with in_commit():
        part = client_for(rosa).get(figures(old), headers=HTMX).content.decode()
    assert (len(woken(redis)), "hx-trigger" in part) == (asks, asks)


def test_the_first_ones_are_awaited_too(client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
    page = client_for(rosa).get(f"/workspaces/{alice_ws.id}/").content.decode()
    assert "They are being read for the first time." in page


@pytest.mark.parametrize("asked", [LOOKS, 999, "x", "", "-1", "1e3", "٣"])
def test_a_page_left_open_gives_up(client_for: ClientFor, rosa: User, old: Workspace, asked: object) -> None:
    part = client_for(rosa).get(figures(old, asked), headers=HTMX)
    assert (part.status_code, "hx-trigger" in part.content.decode()) == (200, False)


def test_without_htmx_it_is_the_page(client_for: ClientFor, rosa: User, old: Workspace) -> None:
    assert client_for(rosa).get(figures(old)).headers["Location"] == f"/workspaces/{old.id}/"


def test_other_workspace_gets_404(client_for: ClientFor, rosa: User, mallory_ws: Workspace) -> None:
    assert client_for(rosa).get(figures(mallory_ws), headers=HTMX).status_code == 404


def test_it_checks_permission(client_for: ClientFor, rosa: User, old: Workspace) -> None:
    with platform():
        Staff.objects.filter(user_id=rosa.id).delete()
    answer = client_for(rosa).get(figures(old), headers=HTMX)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["HX-Redirect"].startswith("/account/login/")
