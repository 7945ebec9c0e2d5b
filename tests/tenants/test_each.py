"""Many rows written with values of their own: in one statement, as Django's own way would have left them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.accounts.models import User
from inbox.bulk.models import BulkBatch, BulkJob
from inbox.conversations.enums import Priority, State
from inbox.conversations.models import Conversation
from tenants.context import Place
from tests.inbox.bulk.conftest import asked  # noqa: F401 - a fixture
from tests.inbox.makers import leads

COLUMNS = ("state", "snoozed_until", "assignee_id", "priority", "subject")


def rows() -> list[tuple[Any, ...]]:
    return list(Conversation.objects.order_by("id").values_list(*COLUMNS))


@pytest.mark.parametrize("items", [1, 3])
def test_each_gets_its_own_in_one_statement(in_alice: Place, bob: User, items: int) -> None:
    leads(items + 1)
    changed = list(Conversation.objects.order_by("id"))[:items]
    until = timezone.now() + timedelta(days=1)
    for number, row in enumerate(changed):
        row.state, row.snoozed_until = State.SNOOZED, None if number else until
        row.waiting_since, row.assignee, row.priority, row.subject = (
            None,
            bob,
            Priority(number),
            f"It's “{number}” %s",
        )
    with CaptureQueriesContext(connection) as asked_for:
        fields = ["state", "waiting_since", "snoozed_until", "assignee", "priority", "subject"]
        assert Conversation.objects.bulk_update(changed, fields) == items
    wanted = [("snoozed", None if n else until, bob.id, n, f"It's “{n}” %s") for n in range(items)]
    left = ("open", None, None, 0)
    assert (rows()[:items], rows()[items][:4]) == (wanted, left)
    assert [" FROM unnest(" in query["sql"] for query in asked_for] == [True]


def test_json_is_written(in_alice: Place, bob: User, asked: Callable[..., BulkJob]) -> None:  # noqa: F811 - it
    leads(2)
    asked(bob, "do=resolve&all=1")
    batch = BulkBatch.objects.get()
    batch.before = [{"id": "1", "was": None}]
    BulkBatch.objects.bulk_update([batch], ["before"])
    assert BulkBatch.objects.get().before == [{"id": "1", "was": None}]


def test_sums_and_narrowed_rows_go_djangos_way(in_alice: Place) -> None:
    first, second = (lead.conversation for lead in leads(2))
    first.priority = F("priority") + 1
    Conversation.objects.bulk_update([first], ["priority"])
    second.subject = "Other"
    resolved = Conversation.objects.filter(state=State.RESOLVED)
    assert resolved.bulk_update([second], ["subject"]) == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.priority, second.subject == "Other") == (1, False)


def test_nothing_is_nothing(in_alice: Place) -> None:
    assert Conversation.objects.bulk_update([], ["subject"]) == 0
