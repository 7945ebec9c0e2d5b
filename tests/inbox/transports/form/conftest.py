"""A form of Alice's workspace, and a stranger who fills it in."""

import re
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.test import Client

from inbox.transports.form import token
from inbox.transports.form.domain.forms import ensure_default_form
from inbox.transports.form.models import LeadForm
from inbox.transports.form.proof import PARTS, _solves, challenge
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.makers import url

PAGE = "/f/contact/"
ANSWERS = {
    "name": "Zoë Quinn",
    "email": "zoe@acme.test",
    "phone": "",
    "company": "Acme",
    "message": "Do you deliver on Mondays?",
}
NEWS = "q00000001"
CONSENT = "Write to me about <b>paint</b>, see https://acme.test/privacy."
PLAIN = [{"v": 2, "key": key, "kind": key, "label": key, "required": True} for key in ("email", "message")]
BOX = {"v": 2, "key": NEWS, "kind": "consent", "label": "News", "text": CONSENT, "required": False}


@pytest.fixture
def lead_form(alice_ws: Workspace) -> LeadForm:
    with workspace(alice_ws):
        return ensure_default_form()


@pytest.fixture
def consent_form(alice_ws: Workspace, lead_form: LeadForm) -> LeadForm:
    """The same form, in its fourth version: an address, a message, and a box to tick."""
    with workspace(alice_ws):
        LeadForm.objects.update(fields=[*PLAIN, BOX], version=4)
        return LeadForm.objects.get()


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests fill in faster than people; the test about haste puts the limit back."""
    monkeypatch.setattr(token, "HASTE", 0.0)


@pytest.fixture
def stranger() -> Client:
    """Somebody without cookies."""
    return Client(HTTP_HOST=world.ALICE_HOST, enforce_csrf_checks=True)


def token_in(answer: Any) -> str:
    found = re.search(r'name="token" value="([^"]+)"', answer.content.decode())
    assert found
    return found[1]


def proof_of(sent: dict[str, str]) -> str:
    """The work that a browser does for these words."""
    seed = challenge(sent["token"], {name: [value] for name, value in sent.items()})
    parts = [next(filter(partial(_solves, seed, part), count())) for part in range(PARTS)]
    return ".".join(map(str, parts))


@pytest.fixture
def fill(stranger: Client, redis: Any) -> Callable[..., Any]:
    """Open the form and send it, with what is to be different."""

    def send(**changes: str) -> Any:
        opened = stranger.get(PAGE)
        sent = {**ANSWERS, "token": token_in(opened), **changes}
        return stranger.post(PAGE, {"proof": proof_of(sent), **sent})

    return send


def opened(client: Client, form: LeadForm) -> dict[str, str]:
    """What the builder's page says of the form it was opened with."""
    return {"opened": client.get(url("forms:edit", form.id)).context["builder"].opened}


def asked(key: str, label: str, *, kind: str = "", **more: Any) -> dict[str, Any]:
    """What the builder's page sends of one question."""
    return {f"{key}-{name}": value for name, value in {"kind": kind or key, "label": label, **more}.items()}
