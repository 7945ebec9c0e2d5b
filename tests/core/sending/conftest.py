"""Fixtures of the ledger's tests: a real sink behind SMTP_URL, and a kind of mail of their own."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.sending import registry
from core.sending.models import Delivery
from core.sending.outgoing import Outgoing
from tenants.context import Place
from tests.core.sending.sink import Sink, running_sink

NOTE = "test.note"


def compose_note(delivery: Delivery) -> Outgoing:
    return Outgoing(subject=f"Note {delivery.ref}", text=f"This is note {delivery.ref}.")


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """The server that all mail of this test is handed to."""
    with running_sink() as running:
        settings.SMTP_URL = running.url
        yield running


@pytest.fixture(autouse=True)
def _note_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {**registry._kinds, NOTE: registry.Kind(compose_note, marketing=False)}
    kinds["test.offer"] = registry.Kind(compose_note, marketing=True)
    monkeypatch.setattr(registry, "_kinds", kinds)


@pytest.fixture
def empty_ledger(in_alice: Place) -> None:
    """Without what the world itself has queued, such as invitations."""
    Delivery.objects.all().delete()
