"""Menus and filter without a script: every opener is a link, every form on its page can be posted."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from core.accounts.domain.teams import make_team
from core.accounts.models import User
from inbox.conversations.domain.capture import Captured
from inbox.conversations.domain.labels import make_label
from inbox.conversations.enums import Priority, State
from inbox.conversations.models import Conversation, Label
from inbox.conversations.snoozing import asked_moment
from tenants.context import workspace
from tenants.models import Workspace
from tests.inbox.makers import a_lead, part, url

SATURDAY = datetime(2026, 11, 28, 22, 10, 5, tzinfo=UTC)


@pytest.fixture
def lead(alice_ws: Workspace) -> Captured:
    with workspace(alice_ws):
        return a_lead()


@pytest.fixture
def label(alice_ws: Workspace) -> Label:
    with workspace(alice_ws):
        return make_label(name=f"Invoice {uuid4().hex[:6]}", hue=30)


def links_of(html: str) -> list[str]:
    """Where the openers of menus lead."""
    return [unescape(found) for found in re.findall(r'<a class="[^"]*" href="([^"]+)" data-menu=', html)]


def posted(client: Client, page: str, button: str) -> int:
    """Press the button whose markup says `button` as a browser without a script does; the answer's status."""
    html = client.get(page).content.decode()
    form = next(one for one in re.findall(r"<form .*?</form>", html, re.DOTALL) if button in one)
    assert "hx-post" not in form
    values = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    pressed = next(one for one in re.findall(r"<button.*?</button>", form, re.DOTALL) if button in one)
    values |= dict(re.findall(r'name="(\w+)" value="([^"]*)"', pressed))
    action = re.search(r'action="([^"]+)"', form)
    assert action
    client.handler.enforce_csrf_checks = True
    try:
        return client.post(action[1], values).status_code
    finally:
        client.handler.enforce_csrf_checks = False


def test_every_opener_is_a_link_to_a_page(bobs: Client, lead: Captured) -> None:
    thread = bobs.get(url("inbox:thread", lead.conversation.id)).content.decode()
    more = url("inbox:menu", lead.conversation.id, "more")
    assert links_of(thread) == [
        f"{url('inbox:filter')}?view=open",
        url("inbox:menu", lead.conversation.id, "snooze"),
        more,
    ]
    page = bobs.get(more).content.decode()
    for kind in ("assign", "labels", "priority", "snooze"):
        address = url("inbox:menu", lead.conversation.id, kind)
        assert f'href="{address}"' in page
        assert "<html" in bobs.get(address).content.decode()
    assert "<html" not in bobs.get(more, **part("menu")).content.decode()


def test_what_is_chosen_is_done(
    alice_ws: Workspace, bobs: Client, alice: User, lead: Captured, label: Label
) -> None:
    with workspace(alice_ws):
        team = make_team(name=f"Sales {uuid4().hex[:6]}", people=[alice.id])
    for kind, button in (
        ("assign", f'data-find="{alice.display_name}'),
        ("assign", f'data-find="{team.name}"'),
        ("priority", 'value="4"'),
        ("labels", label.name),
    ):
        page = url("inbox:menu", lead.conversation.id, kind)
        assert (button, posted(bobs, page, button)) == (button, 302)
    with workspace(alice_ws):
        row = Conversation.objects.get(id=lead.conversation.id)
        assert (row.assignee_id, row.team_id, row.priority) == (alice.id, team.id, Priority.URGENT)
        assert row.labels == [label]


def test_a_page_of_a_menu_is_ones_own_workspaces(mallorys: Client, lead: Captured) -> None:
    assert mallorys.get(url("inbox:menu", lead.conversation.id, "more")).status_code == 404


def test_the_filter_is_a_page(bobs: Client, label: Label) -> None:
    html = bobs.get(f"{url('inbox:filter')}?view=mine").content.decode()
    assert "<html" in html
    assert f'href="{url("inbox:list")}?view=mine&amp;label={label.id}"' in html


def test_snoozing_by_word_and_by_field(alice_ws: Workspace, bobs: Client, lead: Captured) -> None:
    address = url("inbox:set_snooze", lead.conversation.id)
    assert bobs.post(address, {"until": "tomorrow"}).status_code == 302
    day = (timezone.now() + timedelta(days=3)).replace(hour=10, minute=30, second=0, microsecond=0)
    assert bobs.post(address, {"at": day.strftime("%Y-%m-%dT%H:%M")}).status_code == 302
    with workspace(alice_ws):
        row = Conversation.objects.get(id=lead.conversation.id)
    assert (row.state, row.snoozed_until) == (State.SNOOZED, day)
    assert bobs.post(address, {"at": "soon"}).status_code == 400


@pytest.mark.parametrize(
    ("until", "at", "expected"),
    [
        ("later", "", datetime(2026, 11, 29, 1, 30, tzinfo=UTC)),
        ("tomorrow", "", datetime(2026, 11, 29, 9, tzinfo=UTC)),
        ("monday", "", datetime(2026, 11, 30, 9, tzinfo=UTC)),
        ("", "2026-12-01T08:15", datetime(2026, 12, 1, 8, 15, tzinfo=UTC)),
        ("2026-12-01T08:15:00Z", "2027-01-01T00:00", datetime(2026, 12, 1, 8, 15, tzinfo=UTC)),
        ("2026-12-01T08:15:00", "", None),
        ("", "2026-13-01T08:15", None),
        ("sometime", "2026-12-01T08:15", None),
        ("", "", None),
    ],
)
def test_moments(until: str, at: str, expected: datetime | None) -> None:
    assert asked_moment(until, at=at, now=SATURDAY) == expected
