"""Nothing gets into a suspended workspace, whoever suspended it; open again, every door works as before."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from redis import Redis

from core.accounts.models import User
from core.api.domain.keys import make_key
from core.api.enums import Scope
from core.contacts.models import Contact
from inbox.conversations.models import Message
from inbox.transports.form import token
from inbox.transports.form.domain.forms import ensure_default_form
from tenants import lifecycle, states
from tenants.context import platform, workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.transports.form.conftest import ANSWERS, PAGE, token_in

LEAD = {"email": "ada@acme.test", "message": "Hello"}

Knock = Callable[[], int]


@pytest.fixture(params=["workspace", "reseller"])
def moves(alice_ws: Workspace, request: pytest.FixtureRequest) -> dict[str, Callable[[], object]]:
    """How it is closed and opened: by itself, or with everything of its reseller."""
    if request.param == "workspace":
        return {
            "close": lambda: states.suspend(alice_ws, by=Workspace.Side.PLATFORM),
            "open": lambda: states.reactivate(alice_ws, by=Workspace.Side.PLATFORM),
        }
    return {
        "close": lambda: lifecycle.suspend_reseller(alice_ws.reseller),
        "open": lambda: lifecycle.reactivate_reseller(alice_ws.reseller),
    }


@pytest.fixture
def api(alice_ws: Workspace, alice: User, redis: Redis) -> Knock:
    """A program with a living key; the status it is answered with."""
    with workspace(alice_ws):
        _, text = make_key(name="Shop", scopes=[Scope.LEADS_WRITE], created_by=alice)
    program = Client(HTTP_HOST=world.ALICE_HOST, headers={"Authorization": f"Bearer {text}"})
    return lambda: program.post("/api/v1/leads", LEAD, content_type="application/json").status_code


@pytest.fixture
def form(alice_ws: Workspace, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> Knock:
    """A stranger who had opened the form before; the status of what is sent."""
    monkeypatch.setattr(token, "HASTE", 0.0)
    with workspace(alice_ws):
        ensure_default_form()
    stranger = Client(HTTP_HOST=world.ALICE_HOST)
    sent = {**ANSWERS, "token": token_in(stranger.get(PAGE))}
    return lambda: stranger.post(PAGE, sent).status_code


def stored(row: Workspace) -> tuple[int, int]:
    with workspace(row):
        return Contact.objects.count(), Message.objects.count()


@pytest.mark.parametrize(("door", "closed", "welcome"), [("api", 403, 201), ("form", 410, 302)])
def test_it_takes_nothing_until_it_is_open_again(
    alice_ws: Workspace,
    moves: dict[str, Any],
    request: pytest.FixtureRequest,
    door: str,
    closed: int,
    welcome: int,
) -> None:
    knock = request.getfixturevalue(door)
    with platform():
        moves["close"]()
    assert (knock(), stored(alice_ws)) == (closed, (0, 0))
    with platform():
        moves["open"]()
    assert (knock(), stored(alice_ws)) == (welcome, (1, 1))


@pytest.mark.parametrize(
    ("path", "closed"),
    [(PAGE, 410), (f"{PAGE}thanks/", 410), (f"{PAGE}embed.js", 410), ("/api/v1/openapi.json", 403)],
)
def test_none_of_its_public_pages_is_shown(
    alice_ws: Workspace, moves: dict[str, Any], path: str, closed: int
) -> None:
    with workspace(alice_ws):
        ensure_default_form()
    stranger = Client(HTTP_HOST=world.ALICE_HOST)
    assert stranger.get(path).status_code == 200
    with platform():
        moves["close"]()
    assert stranger.get(path).status_code == closed
