"""The page of API keys: made by admins, shown once, revoked at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from core.accounts.models import User
from core.api.domain.keys import key_of, make_key
from core.api.enums import Scope
from core.api.models import ApiKey
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.hostile import HOSTILE, live_parts
from tests.inbox.makers import url


@pytest.fixture
def alices(alice: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(alice)


def test_it_works(alice_ws: Workspace, alice: User, alices: Client) -> None:
    answer = alices.post(url("api_keys:list"), {"name": "Shop"})
    text = answer.context["secret"]
    with workspace(alice_ws):
        key = key_of(text)
        assert key
        assert (key.name, key.scopes, key.created_by) == ("Shop", ["leads:write"], alice)
        assert text.rpartition("_")[2] not in key.secret_hash
    assert (text.encode() in answer.content, text.encode() in alices.get(url("api_keys:list")).content) == (
        True,
        False,
    )
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("items", [1, 3])
def test_the_list_has_a_constant_number_of_queries(
    alice_ws: Workspace,
    alice: User,
    alices: Client,
    items: int,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    with workspace(alice_ws):
        for _ in range(items):
            make_key(name="Shop", scopes=[], created_by=alice)
    alices.get(url("api_keys:list"))
    with django_assert_num_queries(
        7
    ):  # session, user, keys, our own host, counts of rail, bell and held mail
        assert len(alices.get(url("api_keys:list")).context["keys"]) == items


def test_it_says_first_what_revoking_does(
    alice_ws: Workspace, alice: User, alices: Client, client_for: Callable[[User], Client], bob: User
) -> None:
    with workspace(alice_ws):
        row, text = make_key(name="Shop", scopes=[Scope.LEADS_WRITE], created_by=alice)
    page = alices.get(url("api_keys:ask_revoke", row.id)).content.decode()
    assert "1 key stops working at once, for good: programs that use it are refused." in page
    assert f'action="{url("api_keys:revoke", row.id)}"' in page
    assert client_for(bob).get(url("api_keys:ask_revoke", row.id)).status_code == 403
    with workspace(alice_ws):
        assert key_of(text) == row


def test_revoke(alice_ws: Workspace, alice: User, alices: Client) -> None:
    with workspace(alice_ws):
        row, text = make_key(name="Shop", scopes=[Scope.LEADS_WRITE], created_by=alice)
    answer = alices.post(url("api_keys:revoke", row.id))
    with workspace(alice_ws):
        assert (answer.status_code, key_of(text)) == (302, None)


def test_it_checks_permission(
    alice_ws: Workspace,
    alice: User,
    bob: User,
    charlie: User,
    client_for: Callable[[User], Client],
    visitor: Callable[[str], Client],
) -> None:
    with workspace(alice_ws):
        row, _ = make_key(name="Shop", scopes=[Scope.LEADS_WRITE], created_by=alice)
    for client, status in (
        (client_for(bob), 403),
        (client_for(charlie), 403),
        (visitor(world.ALICE_HOST), 302),
    ):
        assert client.get(url("api_keys:list")).status_code == status
        assert client.post(url("api_keys:list"), {"name": "Mine"}).status_code == status
        assert client.post(url("api_keys:revoke", row.id)).status_code == status
    with workspace(alice_ws):
        assert list(ApiKey.objects.values_list("name", "revoked_at")) == [("Shop", None)]


def test_other_workspace_gets_404(
    alice_ws: Workspace, alice: User, mallory: User, client_for: Callable[[User], Client]
) -> None:
    with workspace(alice_ws):
        row, _ = make_key(name="canary-4711", scopes=[Scope.LEADS_WRITE], created_by=alice)
    client = client_for(mallory)
    assert client.post(url("api_keys:revoke", row.id)).status_code == 404
    assert b"canary-4711" not in client.get(url("api_keys:list")).content


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "Name is needed."),
        ("x" * 61, "Name can have at most 60 characters; this has 61."),
        ("a\0", "Name has a character that cannot be stored. Remove it and send again."),
    ],
)
def test_bad_input_is_a_clear_error(alices: Client, name: str, error: str) -> None:
    answer = alices.post(url("api_keys:list"), {"name": name})
    assert (answer.status_code, answer.context["form"].errors) == (422, {"name": [error]})


def test_hostile_words_are_shown_as_words(alice_ws: Workspace, alice: User, alices: Client) -> None:
    with workspace(alice_ws):
        for text in HOSTILE:
            make_key(name=text[:60], scopes=[], created_by=alice)
    html = alices.get(url("api_keys:list")).content.decode()
    assert (live_parts(html), [escape(text[:60]) in html for text in HOSTILE]) == ([], [True] * len(HOSTILE))


def test_a_key_whose_maker_has_no_access_is_shown_as_paused(
    alice_ws: Workspace, bob: User, alices: Client
) -> None:
    with workspace(alice_ws):
        make_key(name="Shop", scopes=[], created_by=bob)
    assert "Paused" not in alices.get(url("api_keys:list")).content.decode()
    with workspace(alice_ws):
        User.objects.filter(id=bob.id).update(is_active=False)
    page = alices.get(url("api_keys:list")).content.decode()
    assert ("Paused" in page, "Bob Baker made it and has no access" in page) == (True, True)
