"""Whoever has a role without “Use the inbox” reads no conversation and no contact, on no way."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from core.accounts.models import TeamRole, User
from core.accounts.signed_in import user_by_cookie
from inbox.conversations.models import Conversation, Message
from tenants import sites
from tenants.context import entered, workspace
from tenants.models import Workspace
from tests.inbox.makers import a_lead, url


@pytest.fixture
def limited(client_for: Callable[..., Client], charlie: User, alice_ws: Workspace) -> Client:
    """Charlie's browser; he may look after forms and nothing else."""
    with workspace(alice_ws):
        role = TeamRole.objects.create(name="Form keeper", actions=["manage_forms"])
        User.objects.filter(id=charlie.id).update(team_role=role)
        charlie.refresh_from_db()
    return client_for(charlie)


@pytest.fixture
def secret(alice_ws: Workspace) -> Conversation:
    with workspace(alice_ws):
        return a_lead(name="CANARY of Carla").message.conversation


def pages(secret: Conversation, message: Message) -> list[str]:
    return [
        url("inbox:list"),
        url("inbox:thread", secret.id),
        url("inbox:message_html", secret.id, message.id),
        url("inbox:contact_conversations", secret.contact_id),
        url("contacts:list"),
        url("contacts:detail", secret.contact_id),
    ]


def test_it_reads_no_page(limited: Client, secret: Conversation, alice_ws: Workspace) -> None:
    with workspace(alice_ws):
        message = Message.objects.get(conversation=secret)
    answers = {path: limited.get(path).status_code for path in pages(secret, message)}
    assert set(answers.values()) == {403}


def test_home_says_where_to_go_instead(limited: Client, secret: Conversation) -> None:
    page = limited.get("/")
    text = page.content.decode()
    assert ("Your role works in the settings" in text, "CANARY" in text) == (True, False)
    assert [link.key for link in page.context["nav"]] == ["home"]
    assert 'data-ws-url=""' in text


def test_it_has_no_socket(
    limited: Client, charlie: User, alice: User, client_for: Callable[..., Client]
) -> None:
    site = sites.resolve("alice.test")
    assert site is not None
    found = []
    for client in (limited, client_for(alice)):
        with entered(site.place):
            found.append(user_by_cookie(client.cookies[settings.SESSION_COOKIE_NAME].value, site=site))
    assert found == [None, alice]
