"""Resolving says so in the corner, with the way back."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from inbox.conversations.domain.capture import Lead, capture
from inbox.conversations.enums import Channel, State
from inbox.conversations.models import Conversation
from tenants.context import Place

PART = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#reading"}


@pytest.mark.parametrize(
    ("state", "text", "back"),
    [
        ("resolved", "Resolved.", "open"),
        ("open", "Open again.", "resolved"),
        ("resolved", "Resolved.", "pending"),
        ("pending", "Pending until they write.", "open"),
    ],
)
def test_it_works(
    in_alice: Place, alice: User, client_for: Callable[..., Client], state: str, text: str, back: str
) -> None:
    conversation = capture(Lead(source="manual", channel=Channel.MANUAL, email="ada@ada.test")).conversation
    Conversation.objects.update(state=back, waiting_since=None)
    url = f"/inbox/{conversation.id}/state/"
    answer: Any = client_for(alice).post(url, {"state": state}, headers=PART)
    told = json.loads(answer.headers["HX-Trigger"])
    assert told == {"toast": {"text": text, "level": "success", "undo": f"{url}?state={back}"}}
    conversation.refresh_from_db()
    assert conversation.state == State(state)
