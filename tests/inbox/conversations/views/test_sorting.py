"""The menus of a conversation, what they post, the list they narrow, and the pages of labels."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.accounts.domain.teams import make_team
from core.accounts.models import Team, User
from inbox.conversations.domain.capture import Captured
from inbox.conversations.domain.labels import make_label
from inbox.conversations.domain.sorting import add_label, assign_team, set_priority
from inbox.conversations.enums import Priority
from inbox.conversations.models import Conversation, Label
from tenants.context import workspace
from tenants.ids import uuid7
from tenants.models import Workspace
from tests import world
from tests.inbox.makers import a_lead, leads, part, url

POSTS = ("set_snooze", "set_team", "set_priority", "set_label")


@pytest.fixture
def lead(alice_ws: Workspace) -> Captured:
    with workspace(alice_ws):
        return a_lead()


@pytest.fixture
def label(alice_ws: Workspace) -> Label:
    with workspace(alice_ws):
        return make_label(name="Invoice", hue=30)


@pytest.fixture
def sales(alice_ws: Workspace, bob: User) -> Team:
    with workspace(alice_ws):
        return make_team(name="Sales", people=[bob.id])


def row(alice_ws: Workspace) -> Conversation:
    with workspace(alice_ws):
        found: Conversation = Conversation.objects.get()
        return found


def test_it_works(
    alice_ws: Workspace, bobs: Client, alice: User, lead: Captured, label: Label, sales: Team
) -> None:
    until = (timezone.now() + timedelta(days=1)).isoformat()
    for name, sent in (
        ("set_assignee", {"to": str(alice.id)}),
        ("set_team", {"team": str(sales.id)}),
        ("set_priority", {"priority": "4"}),
        ("set_label", {"label": str(label.id)}),
        ("set_snooze", {"until": until}),
    ):
        answer = bobs.post(url(f"inbox:{name}", lead.conversation.id), sent, **part("menu-form"))
        parts = [answer.content.count(text) for text in (b'data-live="row"', b'data-live="thread-head"')]
        assert (name, answer.status_code, parts) == (name, 200, [1, 1])
    found = row(alice_ws)
    assert (found.assignee_id, found.team_id, found.priority) == (alice.id, sales.id, Priority.URGENT)
    assert (found.state, str(found.snoozed_until).replace(" ", "T")) == ("snoozed", until)
    with workspace(alice_ws):
        assert found.labels == [label]


def test_what_was_given_is_taken_back(
    alice_ws: Workspace, bobs: Client, bob: User, lead: Captured, label: Label, sales: Team
) -> None:
    with workspace(alice_ws):
        add_label(lead.conversation, label=label, by=bob)
        assign_team(lead.conversation, to=sales, by=bob)
    bobs.post(url("inbox:set_label", lead.conversation.id), {"label": str(label.id), "off": "1"})
    bobs.post(url("inbox:set_team", lead.conversation.id), {"team": ""})
    with workspace(alice_ws):
        found = Conversation.objects.get()
        assert (found.labels, found.team_id) == ([], None)


def test_undo_leads_back_to_the_same_sleep(alice_ws: Workspace, bobs: Client, lead: Captured) -> None:
    address, until = url("inbox:set_snooze", lead.conversation.id), timezone.now() + timedelta(days=2)
    bobs.post(address, {"until": until.isoformat()})
    answer = bobs.post(url("inbox:set_state", lead.conversation.id), {"state": "open"}, **part("reading"))
    undo, _, query = json.loads(answer["HX-Trigger"])["toast"]["undo"].partition("?")
    bobs.post(undo, query, content_type="application/x-www-form-urlencoded")
    found = row(alice_ws)
    assert (found.state, found.snoozed_until) == ("snoozed", until)


@pytest.mark.parametrize(
    ("name", "sent", "said"),
    [
        ("set_snooze", {}, "Say until when: a day and a time."),
        ("set_snooze", {"until": "some day"}, "Say until when: a day and a time."),
        ("set_snooze", {"until": "2030-01-01T10:00"}, "Say until when: a day and a time."),
        ("set_snooze", {"until": "2030-13-01T10:00:00Z"}, "Say until when: a day and a time."),
        ("set_snooze", {"until": "2020-01-01T10:00:00Z"}, "That time has passed. Choose a later one."),
        ("set_team", {"team": "x"}, "That team is gone."),
        ("set_assignee", {"to": "x"}, "That person is not in the team any more."),
        ("set_priority", {"priority": "5"}, "Say which priority: 0 for none to 4 for urgent."),
        ("set_priority", {"priority": "²"}, "Say which priority: 0 for none to 4 for urgent."),
    ],
)
def test_bad_input_is_a_clear_error(
    alice_ws: Workspace, bobs: Client, lead: Captured, name: str, sent: dict[str, str], said: str
) -> None:
    before = row(alice_ws)
    answer = bobs.post(url(f"inbox:{name}", lead.conversation.id), sent)
    assert (answer.status_code, answer.content.decode()) == (400, said)
    after = row(alice_ws)
    assert all(getattr(before, one.attname) == getattr(after, one.attname) for one in after._meta.fields)


def test_a_refusal_in_the_page_is_a_toast(bobs: Client, lead: Captured) -> None:
    address = url("inbox:set_snooze", lead.conversation.id)
    answer = bobs.post(address, {"until": "2020-01-01T10:00:00Z"}, **part("reading"))
    told = json.loads(answer["HX-Trigger"])["toast"]
    assert (answer.status_code, told["level"], told["text"][:21]) == (200, "error", "That time has passed.")


def test_it_checks_permission(lead: Captured, visitor: Callable[[str], Client]) -> None:
    browser = visitor(world.ALICE_HOST)
    answers = [browser.post(url(f"inbox:{name}", lead.conversation.id)) for name in POSTS]
    answers += [
        browser.get(url("inbox:menu", lead.conversation.id, "assign")),
        browser.get(url("inbox:labels")),
    ]
    assert {(answer.status_code, answer["Location"].partition("?")[0]) for answer in answers} == {
        (302, url("account_login"))
    }


def test_only_who_may_changes_labels(charlies: Client, label: Label) -> None:
    """Charlie is an agent."""
    for name, args in (
        ("labels", ()),
        ("label_new", ()),
        ("label_edit", (label.id,)),
        ("label_delete", (label.id,)),
    ):
        assert charlies.get(url(f"inbox:{name}", *args)).status_code == 403


def test_other_workspace_gets_404(mallorys: Client, lead: Captured, label: Label) -> None:
    for name in POSTS:
        assert mallorys.post(url(f"inbox:{name}", lead.conversation.id)).status_code == 404
    assert mallorys.get(url("inbox:menu", lead.conversation.id, "labels")).status_code == 404
    assert mallorys.get(url("inbox:label_edit", label.id)).status_code == 404


@pytest.mark.parametrize("kind", ["assign", "snooze", "priority", "labels", "more", "jump"])
def test_a_menu_is_a_part(bobs: Client, lead: Captured, label: Label, sales: Team, kind: str) -> None:
    html = bobs.get(url("inbox:menu", lead.conversation.id, kind), **part("menu")).content.decode()
    assert ("<html" in html, "menu-item" in html) == (False, True)
    assert bobs.get(url("inbox:menu", lead.conversation.id, "nothing")).status_code == 404


def test_a_list_is_narrowed(alice_ws: Workspace, bobs: Client, bob: User, label: Label, sales: Team) -> None:
    with workspace(alice_ws):
        labelled, teams, urgent, _ = leads(4)
        add_label(labelled.conversation, label=label, by=bob)
        assign_team(teams.conversation, to=sales, by=bob)
        set_priority(urgent.conversation, priority=Priority.URGENT, by=bob)
    for query, name in (
        (f"label={label.id}", "Person 1"),
        (f"team={sales.id}", "Person 2"),
        ("priority=4", "Person 3"),
    ):
        html = bobs.get(url("inbox:list") + f"?{query}").content.decode()
        assert (query, html.count('data-live="row"'), name in html) == (query, 1, True)
        assert f"view=waiting&amp;{query}" in html
    for nobody in (f"label={uuid7()}", f"team={uuid7()}", f"label={label.id}&team={sales.id}"):
        html = bobs.get(url("inbox:list") + f"?{nobody}").content.decode()
        assert ("Nothing fits this filter" in html, html.count('data-live="row"')) == (True, 0)
    for bad in ("label=x", "team=%00", "priority=9", "priority=x"):
        assert bobs.get(url("inbox:list") + f"?{bad}").status_code == 404


def test_labels_are_made_changed_and_deleted(alice_ws: Workspace, bobs: Client, alices: Client) -> None:
    new = url("inbox:label_new")
    assert alices.post(new, {"name": "", "hue": "30"}).status_code == 422
    assert alices.post(new, {"name": "Invoice", "hue": "30"}).status_code == 302
    with workspace(alice_ws):
        label = Label.objects.get()
    alices.post(url("inbox:label_edit", label.id), {"name": "Bill", "hue": "60"})
    assert b"Bill" in alices.get(url("inbox:labels")).content
    assert b"No conversation has it." in alices.get(url("inbox:label_delete", label.id)).content
    alices.post(url("inbox:label_delete", label.id))
    with workspace(alice_ws):
        assert Label.objects.count() == 0
