"""inbox/search/domain/filling.py: messages from before are found too, once; until then it is said."""

from uuid import UUID

import pytest
from django.db import connection

from core.accounts.models import User
from inbox.conversations.models import Message
from inbox.search.domain import filling
from inbox.search.domain.filling import fill, look_after
from inbox.search.models import MessageEntry
from inbox.search.queries import is_complete
from tenants.context import Place
from tenants.schema.owner import owner_connection
from tests.inbox.makers import a_lead, leads
from tests.inbox.search.conftest import found


def entries() -> dict[UUID, tuple[object, ...]]:
    """All that is kept, as Postgres has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT message_id, e::text FROM message_search_messageentry e")
        return dict(cursor.fetchall())


@pytest.fixture
def from_before(in_alice: Place, bob: User) -> dict[UUID, tuple[object, ...]]:
    """Messages whose words are gone; what they were."""
    leads(5)
    a_lead(text="See below", quoted="The invoice of May", subject="Zoë")
    kept = entries()
    MessageEntry.objects.all().delete()
    return kept


def test_it_collects_the_same_as_was_written_with_the_messages(
    from_before: dict[UUID, object], monkeypatch: pytest.MonkeyPatch, bob: User
) -> None:
    monkeypatch.setattr(filling, "BATCH", 2)
    assert (is_complete(), found("question", by=bob)) == (False, [])
    fill()
    assert (is_complete(), entries()) == (True, from_before)
    fill()
    assert entries() == from_before


def test_it_begins_with_the_newest_and_goes_on_where_it_stopped(
    from_before: dict[UUID, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "BATCH", 2)
    assert filling._next(None) == list(Message.objects.order_by("-id"))[1].id
    assert (set(entries()), is_complete()) == (
        {row.id for row in Message.objects.order_by("-id")[:2]},
        False,
    )
    fill()
    assert is_complete()


def test_an_empty_workspace_is_complete(in_alice: Place) -> None:
    assert is_complete()
    fill()


def test_the_sweep_mends_what_older_code_wrote_and_wakes_the_rest(
    from_before: dict[UUID, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(filling, "enqueue", woken.append)
    monkeypatch.setattr(filling, "RECENT", 2)
    look_after()
    assert (len(entries()), woken) == (2, ["inbox.search.fill"])
    fill()
    look_after()
    assert woken == ["inbox.search.fill"]


def test_only_one_collects_at_a_time(from_before: dict[UUID, object], in_alice: Place) -> None:
    with owner_connection() as other:
        other.execute("SELECT set_config('search_path', %s, false)", [in_alice.schema])
        other.execute("SELECT pg_advisory_lock(%s, hashtext(current_schema()))", [filling._LOCK])
        fill()
        assert not is_complete()
    fill()
    assert is_complete()
