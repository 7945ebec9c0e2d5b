"""How each person is told that somebody wrote: as they chose, and no word more."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import TeamRole, User
from inbox.alerts.domain.choices import choose
from inbox.alerts.models import AlertChoice
from inbox.conversations.domain.capture import Captured
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.domain.sorting import assign
from inbox.conversations.models import Message
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.makers import a_lead, url

ALL = {"desktop": True, "words": True, "sound": True, "others": False}


@pytest.fixture
def lead(alice_ws: Workspace) -> Captured:
    with workspace(alice_ws):
        return a_lead(text="CANARY in the coal mine")


@pytest.fixture
def bobs(bob: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(bob)


def chosen(alice_ws: Workspace, user: User, **changes: bool) -> None:
    with workspace(alice_ws):
        choose(user, **{**ALL, **changes})


def address(message: Message) -> str:
    return url("alerts:alert", message.conversation_id, message.id)


def test_it_works(alice_ws: Workspace, bob: User, bobs: Client, lead: Captured) -> None:
    chosen(alice_ws, bob)
    assert bobs.get(address(lead.message)).json() == {
        "title": "Zoë Quinn",
        "body": "CANARY in the coal mine",
        "desktop": True,
        "sound": True,
    }


def test_without_words_it_carries_none(alice_ws: Workspace, bob: User, bobs: Client, lead: Captured) -> None:
    chosen(alice_ws, bob, words=False)
    answer = bobs.get(address(lead.message))
    assert answer.json() == {
        "title": "New message",
        "body": "Somebody wrote to you.",
        "desktop": True,
        "sound": True,
    }
    assert ("CANARY" in answer.content.decode(), "Zo" in answer.content.decode()) == (False, False)


def test_nobody_is_told_who_did_not_choose_it(
    alice_ws: Workspace, alice: User, bob: User, bobs: Client, lead: Captured
) -> None:
    chosen(alice_ws, alice)
    assert bobs.get(address(lead.message)).status_code == 204
    chosen(alice_ws, bob, desktop=False, sound=False)
    assert bobs.get(address(lead.message)).status_code == 204


@pytest.mark.parametrize(("others", "status"), [(False, 204), (True, 200)])
def test_what_is_a_teammates_only_if_wanted(
    alice_ws: Workspace, alice: User, bob: User, bobs: Client, lead: Captured, others: bool, status: int
) -> None:
    chosen(alice_ws, bob, others=others)
    with workspace(alice_ws):
        assign(lead.conversation, to=alice, by=alice)
    assert bobs.get(address(lead.message)).status_code == status


def test_ones_own_side_and_robots_tell_nobody(
    alice_ws: Workspace, bob: User, bobs: Client, lead: Captured
) -> None:
    chosen(alice_ws, bob)
    with workspace(alice_ws):
        answer = queue_reply(lead.conversation, author=bob, text="Yes.")
        Message.objects.filter(id=lead.message.id).update(automatic=True)
    found = [bobs.get(address(message)).status_code for message in (answer, lead.message)]
    assert found == [204, 204]


def test_the_choice_is_kept_for_each_by_themselves(
    alice_ws: Workspace, alice: User, bob: User, bobs: Client
) -> None:
    page = url("alerts:choices")
    assert b" checked" not in bobs.get(page).content
    assert bobs.post(page, {"desktop": "on", "sound": "on"})["Location"] == page
    assert bobs.get(page).content.count(b" checked") == 2
    assert bobs.post(page, {"words": "on"}).status_code == 302
    with workspace(alice_ws):
        rows = list(AlertChoice.objects.values_list("user", "desktop", "words", "sound", "others"))
    assert rows == [(bob.id, False, True, False, False)]


def test_it_checks_permission(
    alice_ws: Workspace,
    charlie: User,
    lead: Captured,
    visitor: Callable[[str], Client],
    client_for: Callable[[User], Client],
) -> None:
    pages = (url("alerts:choices"), address(lead.message))
    for page in pages:
        answer = visitor(world.ALICE_HOST).get(page)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, url("account_login"))
    with workspace(alice_ws):
        role = TeamRole.objects.create(name="Form keeper", actions=["manage_forms"])
        User.objects.filter(id=charlie.id).update(team_role=role)
        charlie.refresh_from_db()
    assert [client_for(charlie).get(page).status_code for page in pages] == [403, 403]


def test_other_workspace_gets_404(
    mallory_ws: Workspace, mallory: User, lead: Captured, client_for: Callable[[User], Client]
) -> None:
    with workspace(mallory_ws):
        choose(mallory, **ALL)
    answer = client_for(mallory).get(address(lead.message))
    assert (answer.status_code, b"CANARY" in answer.content) == (404, False)


@pytest.mark.parametrize("items", [1, 3])
def test_it_has_a_constant_number_of_queries(
    alice_ws: Workspace,
    bob: User,
    bobs: Client,
    lead: Captured,
    items: int,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    chosen(alice_ws, bob)
    with workspace(alice_ws):
        for number in range(items):
            last = a_lead(text=f"More {number}", conversation_id=lead.conversation.id)
    bobs.get(address(last.message))
    with django_assert_num_queries(4):  # session, user, message, choice
        bobs.get(address(last.message))
