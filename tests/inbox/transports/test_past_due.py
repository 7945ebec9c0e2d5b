"""While a payment is due, what customers send is captured as ever; answering them is refused."""

from collections.abc import Callable

import pytest
from django.test import Client
from redis import Redis

from core.accounts.models import User
from core.contacts.models import Contact
from inbox.conversations.models import Conversation, Message
from inbox.transports.form import token
from inbox.transports.form.domain.forms import ensure_default_form
from tenants import states
from tenants.context import platform, workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.transports.form.conftest import ANSWERS, PAGE, token_in


@pytest.fixture
def captured(alice_ws: Workspace, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> Conversation:
    """What a stranger sends through the form of a workspace that is past due."""
    monkeypatch.setattr(token, "HASTE", 0.0)
    with workspace(alice_ws):
        ensure_default_form()
    with platform():
        states.mark_past_due(alice_ws)
    stranger = Client(HTTP_HOST=world.ALICE_HOST)
    sent = {**ANSWERS, "token": token_in(stranger.get(PAGE))}
    assert stranger.post(PAGE, sent).status_code == 302
    with workspace(alice_ws):
        return Conversation.objects.get()


def test_what_customers_send_is_captured(captured: Conversation, alice_ws: Workspace) -> None:
    with workspace(alice_ws):
        assert (Contact.objects.count(), Message.objects.count()) == (1, 1)


def test_it_is_read_and_not_answered(
    captured: Conversation, client_for: Callable[..., Client], alice: User, alice_ws: Workspace
) -> None:
    client = client_for(alice)
    assert client.get(f"/inbox/{captured.id}/").status_code == 200
    reply = {"body": "Hello", "nonce": "1"}
    assert client.post(f"/inbox/{captured.id}/reply/", reply).status_code == 403
    with workspace(alice_ws):
        assert Message.objects.count() == 1
