"""What the reports say of a demo: everything that is resolved was resolved by somebody, and spans compare."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum

from deploy.demo.bulk import Amount
from deploy.demo.cast import HOUSES, Client
from deploy.demo.installation import SEED
from deploy.demo.plan import DAY
from deploy.demo.turns import tell_resolved
from inbox.conversations.models import Conversation
from inbox.reports.domain.fold import fold
from inbox.reports.domain.history import fill_all
from inbox.reports.enums import NOBODY, Kind
from inbox.reports.models import Day, Fact
from inbox.reports.queries import Asked, total
from tests.deploy.demo.conftest import UNTIL, Fill

CLIENTS = [client for house in HOUSES for client in house.clients]


def told(fill: Fill, *, seed: int) -> list[tuple[object, ...]]:
    """The days of a filled workspace, without their ids."""
    Fact.objects.all().delete()
    Day.objects.all().delete()
    fill(contacts=200, messages=2_000, seed=seed)
    fill_all()
    tell_resolved(seed=seed, until=UNTIL)
    fold()
    keys = ("day", "kind", "channel", "team", "person", "step", "count", "seconds")
    return list(Day.objects.order_by(*keys).values_list(*keys))


def test_what_is_resolved_was_resolved_by_its_owner(fill: Fill) -> None:
    told(fill, seed=1)
    rows = Conversation.objects.filter(state="resolved")
    days = Day.objects.filter(kind=Kind.RESOLVED)
    by_person = dict(days.values_list("person").annotate(Sum("count")).order_by())
    owned: dict[object, int] = {}
    for owner in rows.values_list("assignee", flat=True):
        owned[str(owner or NOBODY)] = owned.get(str(owner or NOBODY), 0) + 1
    assert {str(person): count for person, count in by_person.items()} == owned
    assert max(days.values_list("day", flat=True)) <= UNTIL.date()


def test_it_took_as_long_as_they_talked(fill: Fill) -> None:
    told(fill, seed=1)
    rows = Conversation.objects.filter(state="resolved")
    talked = sum((row.last_message_at - row.created_at).total_seconds() for row in rows)
    took = total(Asked(first=UNTIL.date() - timedelta(days=500), last=UNTIL.date())).resolved
    assert took.count == len(rows)
    assert talked + 60 * took.count * 0.9 < took.seconds < talked + 2 * 3600 * took.count


def test_same_seed_same_days(fill: Fill) -> None:
    found = []
    for seed in (5, 5, 6):
        with transaction.atomic():
            found.append(told(fill, seed=seed))
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert found[0] != found[2]


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.label)
@pytest.mark.parametrize("days", [7, 30, 90])
def test_a_span_compares_with_the_one_before(client: Client, days: int) -> None:
    """A change of some per cent, as between two spans of a business that goes on."""
    amount = Amount(
        host="x.test",
        contacts=client.contacts,
        messages=client.messages,
        seed=SEED,
        business=client.business,
        until=UNTIL,
    )
    ages = [(amount.until_ms - plan.start) / DAY for plan in amount.plans()]
    now = sum(age < days for age in ages)
    before = sum(days <= age < 2 * days for age in ages)
    assert 0.6 < now / before < 1.8
