"""contacts:correct: one fact of a contact, corrected where it stands."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client

from core.accounts.models import User
from core.contacts.models import Contact
from core.timeline.models import AuditEntry
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.makers import a_lead, part, url


@pytest.fixture
def browser(charlie: User, client_for: Callable[[User], Client]) -> Client:
    """An agent's."""
    return client_for(charlie)


@pytest.fixture
def contact(alice_ws: Workspace) -> Contact:
    with workspace(alice_ws):
        return a_lead().contact


def send(browser: Client, contact: Contact, field: str, value: str, **headers: Any) -> Any:
    return browser.post(url("contacts:correct", contact.id, field), {"value": value}, **headers)


@pytest.mark.parametrize(
    ("field", "value", "columns"),
    [
        ("name", "Zoë Quinn-Ito", {"name": "Zoë Quinn-Ito"}),
        ("email", "Zoe@New.test", {"email": "Zoe@New.test", "email_key": "zoe@new.test"}),
        ("email", "", {"email": "", "email_key": None}),
        ("phone", "+49 30 901820", {"phone": "+49 30 901820", "phone_e164": "+4930901820"}),
        ("phone", "", {"phone": "", "phone_e164": None}),
    ],
)
def test_it_works(
    alice_ws: Workspace, browser: Client, contact: Contact, field: str, value: str, columns: dict[str, Any]
) -> None:
    before = getattr(contact, field)
    answer = send(browser, contact, field, value, **part(f"fact-{field}"))
    assert (answer.status_code, f'value="{value}"' in answer.content.decode()) == (200, True)
    with workspace(alice_ws):
        row = Contact.objects.get(id=contact.id)
        assert {name: getattr(row, name) for name in columns} == columns
        lines = AuditEntry.objects.filter(action="contact.correct", target=str(contact.id))
        changed = value != before
        assert [line.detail for line in lines] == [{"field": field}] * changed
    assert ("HX-Trigger" in answer.headers) == changed


def undo(browser: Client, answer: Any) -> Any:
    """As the notice's button does it: the address's query is what is posted."""
    path, _, query = json.loads(answer.headers["HX-Trigger"])["toast"]["undo"].partition("?")
    return browser.post(path, dict(parse_qsl(query, keep_blank_values=True)), **part("body"))


def test_undo_brings_the_value_before_back(alice_ws: Workspace, browser: Client, contact: Contact) -> None:
    answer = send(browser, contact, "name", "Wrong", **part("fact-name"))
    assert undo(browser, answer).status_code == 200
    with workspace(alice_ws):
        assert Contact.objects.get(id=contact.id).name == contact.name


def test_undo_leaves_what_somebody_changed_since(
    alice_ws: Workspace, browser: Client, contact: Contact
) -> None:
    answer = send(browser, contact, "name", "Wrong", **part("fact-name"))
    send(browser, contact, "name", "A teammate's", **part("fact-name"))
    refused = undo(browser, answer)
    assert (refused.status_code, "changed it since" in refused.headers["HX-Trigger"]) == (422, True)
    assert 'value="A teammate&#x27;s"' in refused.content.decode()
    with workspace(alice_ws):
        assert Contact.objects.get(id=contact.id).name == "A teammate's"


def test_without_a_script_it_leads_to_the_contact(browser: Client, contact: Contact) -> None:
    answer = send(browser, contact, "name", "Zoë")
    assert (answer.status_code, answer.headers["Location"]) == (302, url("contacts:detail", contact.id))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("email", "not an address", "This does not look like an e-mail address"),
        ("email", "other@acme.test", "Another contact has this address."),
        ("phone", "call me", "Type a phone number"),
        ("phone", "1" * 41, "at most 40 characters"),
        ("name", "x" * 201, "at most 200 characters"),
        ("name", "a\0b", "Null characters are not allowed."),
    ],
)
def test_bad_input_is_a_clear_error(
    alice_ws: Workspace, browser: Client, contact: Contact, field: str, value: str, said: str
) -> None:
    with workspace(alice_ws):
        a_lead(name="Other", email="other@acme.test")
    answer = send(browser, contact, field, value, **part(f"fact-{field}"))
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    with workspace(alice_ws):
        assert getattr(Contact.objects.get(id=contact.id), field) == getattr(contact, field)


def test_an_address_may_be_what_told_two_apart(alice_ws: Workspace, browser: Client) -> None:
    with workspace(alice_ws):
        a_lead(name="One", email="", phone="+4930901820")
        other = a_lead(name="Two", email="two@acme.test", phone="+4930901820").contact
    answer = send(browser, other, "email", "", **part("fact-email"))
    assert (answer.status_code, "Another contact without an address" in answer.content.decode()) == (
        422,
        True,
    )


def test_it_checks_permission(visitor: Callable[[str], Client], contact: Contact) -> None:
    answer = send(visitor(world.ALICE_HOST), contact, "name", "Nobody")
    assert (answer.status_code, "/account/login/" in answer.headers["Location"]) == (302, True)


def test_other_workspace_gets_404(
    mallory: User, client_for: Callable[[User], Client], contact: Contact, browser: Client
) -> None:
    assert send(client_for(mallory), contact, "name", "Mine").status_code == 404
    assert send(browser, contact, "company", "Acme").status_code == 404
