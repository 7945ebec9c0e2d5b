"""What the consoles are told of an inbox: who waits longest, and when the team last wrote."""

from datetime import UTC

import pytest

from core.accounts.models import User
from inbox.conversations.models import Conversation, Message
from inbox.conversations.queries import last_answer, waiting_since
from tenants.context import Place
from tenants.gauges import gauges
from tests.inbox.makers import leads

pytestmark = pytest.mark.usefixtures("db")


def test_these_are_registered() -> None:
    assert [gauge.key for gauge in gauges()] == [
        "answered",
        "contacts",
        "conversations",
        "files",
        "mail",
        "open",
        "owner_invitation",
        "people",
        "seats",
        "seen",
        "waiting_since",
    ]


def test_how_many_there_are(in_alice: Place) -> None:
    read = {gauge.key: gauge.read for gauge in gauges() if gauge.key in {"contacts", "conversations"}}
    assert {key: each() for key, each in read.items()} == {"contacts": 0, "conversations": 0}
    leads(2)
    assert {key: each() for key, each in read.items()} == {"contacts": 2, "conversations": 2}


def test_who_waits_longest(in_alice: Place) -> None:
    assert waiting_since() is None
    leads(2)
    first = Conversation.objects.order_by("waiting_since").first()
    assert first is not None
    assert first.waiting_since is not None
    assert waiting_since() == first.waiting_since.astimezone(UTC).isoformat()


def test_answers_are_what_people_wrote(in_alice: Place, charlie: User) -> None:
    leads(2)
    assert last_answer() is None
    message = Message.objects.order_by("-id").last()
    assert message is not None
    Message.objects.filter(id=message.id).update(author=charlie)
    assert last_answer() == message.created_at.astimezone(UTC).isoformat()
    User.objects.filter(id=charlie.id).update(role="support")
    assert last_answer() is None
