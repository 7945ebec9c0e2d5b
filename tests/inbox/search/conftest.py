"""What is searched in these tests, and browsers of the people."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from core.accounts.models import User
from inbox.conversations.domain.append import append, locked
from inbox.conversations.enums import Direction, MessageState
from inbox.conversations.models import Conversation, Message
from inbox.search.asking import parse
from inbox.search.queries import results


@pytest.fixture
def bobs(bob: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(bob)


@pytest.fixture
def mallorys(mallory: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(mallory)


def note(conversation: Conversation, *, by: User, text: str) -> Message:
    """A private note, as the page for notes stores it."""
    message = Message(direction=Direction.NOTE, author=by, body_text=text, state=MessageState.STORED)
    return append(locked(conversation.id), message=message)


def found(text: str, *, by: User) -> list[str]:
    """The texts of the messages a search finds, on its first page."""
    return [hit.message.body_text for hit in results(parse(text), by=by).hits]


def on(day: int) -> datetime:
    """A day of March 2026."""
    return datetime(2026, 3, day, 12, tzinfo=UTC)
