"""The page of the reports: its figures, who sees it, what it refuses."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.transports import channel_choices
from inbox.reports.domain.fold import fold
from inbox.reports.enums import Kind
from inbox.reports.models import Day
from inbox.reports.queries import Asked, Times, by_day, by_dimension, total
from inbox.reports.words import change, duration
from tenants.context import Place, workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.makers import a_lead, url

PAGE = url("reports:inbox")


def week() -> Asked:
    today = datetime.now(UTC).date()
    return Asked(first=today - timedelta(days=6), last=today)


@pytest.fixture
def bobs(bob: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(bob)


def test_it_works(alice_ws: Workspace, bob: User, bobs: Client) -> None:
    assert b"Nothing happened in these days" in bobs.get(PAGE).content
    with workspace(alice_ws):
        lead = a_lead()
        queue_reply(lead.conversation, author=bob, text="Yes.")
        fold()
    html = bobs.get(PAGE, {"days": "7", "channel": "form", "person": str(bob.id)}).content.decode()
    assert ("Bob Baker" in html, html.count("</title></rect>")) == (True, 7)


def test_it_checks_permission(charlie: User, client_for: Callable[[User], Client], visitor: Any) -> None:
    assert client_for(charlie).get(PAGE).status_code == 403
    assert visitor(world.ALICE_HOST).get(PAGE).status_code == 302


def test_other_workspace_sees_its_own(alice_ws: Workspace, mallory: User, client_for: Any) -> None:
    with workspace(alice_ws):
        a_lead()
        fold()
    assert b"Nothing happened in these days" in client_for(mallory).get(PAGE).content


@pytest.mark.parametrize("query", ["days=8", "days=x", "channel=pigeon", "team=x", "person=%00"])
def test_bad_input_is_a_clear_error(bobs: Client, query: str) -> None:
    assert bobs.get(f"{PAGE}?{query}").status_code == 404


def test_every_channel_is_named_and_offered(alice_ws: Workspace, bobs: Client) -> None:
    channels = channel_choices()
    assert {"chat", "email", "form", "api", "manual"} <= {key for key, _ in channels}
    with workspace(alice_ws):
        for key, _ in channels:
            a_lead(channel=key, email=f"{key}@acme.test")
        fold()
    answer = bobs.get(PAGE)
    html = answer.content.decode()
    by_channel = next(one for one in answer.context["tables"] if one["title"] == "By channel")
    assert sorted(row["name"] for row in by_channel["rows"]) == sorted(name for _, name in channels)
    for key, name in channels:
        assert f'<option value="{key}">{name}</option>' in html
        alone = bobs.get(PAGE, {"channel": key}).context["tables"]
        assert [row["name"] for row in alone[-1]["rows"]] == [name]


def test_who_left_the_team_can_still_be_asked_for(alice_ws: Workspace, charlie: User, bobs: Client) -> None:
    with workspace(alice_ws):
        queue_reply(a_lead().conversation, author=charlie, text="Yes.")
        fold()
        User.objects.filter(id=charlie.id).update(is_active=False)
    answer = bobs.get(PAGE, {"person": str(charlie.id)})
    assert (answer.status_code, b"Nothing happened" in answer.content) == (200, False)


@pytest.mark.parametrize("items", [1, 3])
def test_it_has_a_constant_number_of_queries(
    alice_ws: Workspace, bob: User, bobs: Client, items: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with workspace(alice_ws):
        for number in range(items):
            lead = a_lead(email=f"p{number}@acme.test")
            queue_reply(lead.conversation, author=bob, text="Yes.")
        fold()
    bobs.get(PAGE)
    # session, user, count in the rail; two totals, days, three tables, names of people and teams, two choices
    with django_assert_num_queries(14):
        bobs.get(PAGE)


def test_sums_by_what_was_asked(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    queue_reply(lead.conversation, author=bob, text="Yes.")
    fold()
    assert total(week()).counts == {"started": 1, "received": 1, "sent": 1, "replied": 1}
    assert [count for _, count in by_day(week(), kind=Kind.RECEIVED)] == [0] * 6 + [1]
    lines = by_dimension(week(), dimension="person", names={str(bob.id): "Bob"})
    assert [(line.name, line.count(Kind.SENT)) for line in lines] == [("Bob", 1)]
    assert total(week().before).counts == {}
    with pytest.raises(ValueError, match="no such dimension"):
        by_dimension(week(), dimension="day) --", names={})


def test_it_reads_no_message(in_alice: Place, bob: User) -> None:
    queue_reply(a_lead().conversation, author=bob, text="Yes.")
    fold()
    asked = week()
    texts = [str(asked.rows().query), str(Day.objects.all().query)]
    assert not any("conversations_message" in text for text in texts)


def test_the_median_lies_in_its_step() -> None:
    times = Times()
    assert (times.mean, times.median) == (None, None)
    times.add(step=1, count=3, seconds=360)
    times.add(step=5, count=1, seconds=5400)
    assert (times.mean, times.median, times.below(0.9)) == (1440, 220, 5760)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (0, "0 s"), (59, "59 s"), (60, "1 m"), (3_599, "59 m"), (3_600, "1 h"),
     (12_000, "3 h 20 m"), (86_400, "1 d"), (187_200, "2 d 4 h"), (86_400 * 400, "400 d")],
)  # fmt: skip
def test_durations(seconds: int | None, text: str) -> None:
    assert duration(seconds) == text


def test_changes() -> None:
    assert [change(now, before=before) for now, before in ((0, 0), (3, 0), (3, 3), (3, 2), (1, 2))] == [
        "", "nothing before", "as before", "+50 % on 2 before", "−50 % on 2 before",
    ]  # fmt: skip
