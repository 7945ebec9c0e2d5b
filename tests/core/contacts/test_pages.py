"""The list of contacts: by name, case and accents aside, in pages of constant cost."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.accounts.models import User
from core.contacts import queries
from core.contacts.domain.identify import find_or_create_contact
from core.contacts.queries import contact_page
from tenants.context import Place, workspace
from tenants.models import Workspace

NAMES = ["Zoë", "alice", "Émile", "Bob", "émile b", "Ö"]


def test_it_works(in_alice: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        find_or_create_contact(name=name)
    find_or_create_contact(email="carl@acme.test")
    monkeypatch.setattr(queries, "LIST_SIZE", 3)
    found, after = [], ""
    for _ in range(3):
        page = contact_page(after=after)
        found += [contact.display_name for contact in page.items]
        after = page.next_cursor
    assert (found, after) == (["alice", "Bob", "carl@acme.test", "Émile", "émile b", "Ö", "Zoë"], "")


def test_without_a_name_or_address_it_pages_too(in_alice: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "LIST_SIZE", 1)
    for number in range(3):
        find_or_create_contact(phone=f"+49 30 90182{number}")
    first = contact_page()
    second = contact_page(after=first.next_cursor)
    assert len({contact.id for contact in [*first.items, *second.items]}) == 2


def test_the_next_page_is_a_row_comparison(in_alice: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "LIST_SIZE", 1)
    for name in NAMES[:2]:
        find_or_create_contact(name=name)
    after = contact_page().next_cursor
    with CaptureQueriesContext(connection) as captured:
        contact_page(after=after)
    table = '"contacts_contact"'
    assert [f'({table}."sort_key", {table}."id") > (' in query["sql"] for query in captured] == [True]


@pytest.mark.parametrize(("contacts", "said"), [(2, "2"), (3, "2+")])
def test_the_total_is_said_as_more_than(
    alice_ws: Workspace,
    bob: User,
    client_for: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
    contacts: int,
    said: str,
) -> None:
    monkeypatch.setattr("core.contacts.views.COUNT_LIMIT", 2)
    monkeypatch.setattr(queries, "COUNT_LIMIT", 2)
    with workspace(alice_ws):
        for name in NAMES[:contacts]:
            find_or_create_contact(name=name)
    assert client_for(bob).get("/contacts/").context["total"] == said
