"""The search's page: results in the inbox's list, help, hints, and nothing that runs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from inbox.conversations.domain.replies import queue_reply
from inbox.search import plans, views
from inbox.search.models import MessageEntry
from tenants.context import Place, place_of, workspace
from tenants.models import Workspace
from tenants.schema.owner import owner_connection
from tenants.sites import primary_host
from tests.conftest import client_of
from tests.inbox.makers import a_lead, leads, part, url
from tests.inbox.search.conftest import note

Count = Callable[[int], Any]


def ask(client: Client, text: str, *, target: str = "inbox-list", **more: str) -> str:
    answer = client.get(url("inbox_search:results"), {"q": text, **more}, **part(target))
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_works(alice_ws: Workspace, bobs: Client, bob: User) -> None:
    with workspace(alice_ws):
        lead = a_lead(text="We need a Lämp now", subject="Order")
        queue_reply(lead.conversation, author=bob, text="No lamp left.")
        note(lead.conversation, by=bob, text="Lamp is out.")
    page = bobs.get(url("inbox_search:results"), {"q": "lamp"})
    html = page.content.decode()
    assert page.status_code == 200
    thread = url("inbox:thread", lead.conversation.id)
    assert [f"{thread}?at={seq}" in html for seq in (1, 2, 3, 4)] == [True, True, True, False]
    assert "We need a <mark>Lämp</mark> now" in html
    assert "No <mark>lamp</mark> left." in html
    assert "Note by Bob Baker" in html
    assert html.index("<mark>Lamp</mark>") < html.index("<mark>lamp</mark>") < html.index("<mark>Lämp</mark>")


def test_it_checks_permission(
    alice_ws: Workspace, client_for: Callable[[User], Client], charlie: User
) -> None:
    from core.accounts.models import TeamRole

    with workspace(alice_ws):
        role = TeamRole.objects.create(name="Looks on", actions=[])
        User.objects.filter(id=charlie.id).update(team_role=role)
    assert client_for(charlie).get(url("inbox_search:results"), {"q": "x"}).status_code == 403


def test_other_workspace_finds_nothing(alice_ws: Workspace, mallorys: Client) -> None:
    with workspace(alice_ws):
        a_lead(text="needle")
    assert "Nothing found" in ask(mallorys, "needle")


def test_nothing_asked_is_help_with_examples(bobs: Client, in_alice: Place) -> None:
    html = ask(bobs, "")
    assert all(f'data-example="{typed}"' in html for typed, _ in views.EXAMPLES)
    assert "Nothing found" not in html


def test_bad_input_is_a_clear_error(bobs: Client, in_alice: Place) -> None:
    leads(1)
    html = ask(bobs, "colour:red before:soon")
    assert "“colour:” is no filter here, so it was searched as words." in html
    assert "“before:soon” has no date and was left out." in html
    assert "Nothing found" in html
    answer = bobs.get(
        url("inbox_search:results"), {"q": "question", "after": "nonsense"}, **part("more-hits")
    )
    assert answer.status_code == 404


def test_what_is_written_is_never_html(bobs: Client, in_alice: Place) -> None:
    a_lead(name="<b>Zoë</b>", subject="<i>needle</i>", text="<script>needle</script>")
    html = ask(bobs, '<script>alert(1)</script>" needle')
    assert "<script>" not in html
    html = ask(bobs, "needle")
    assert "&lt;script&gt;<mark>needle</mark>&lt;/script&gt;" in html
    assert ("<script>" in html, "<i>" in html, "<b>" in html) == (False, False, False)


def test_what_is_asked_goes_on_unchanged_on_the_next_page(
    bobs: Client, in_alice: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inbox.search import queries

    monkeypatch.setattr(queries, "SIZE", 2)
    for number in range(3):
        a_lead(text=f'Question {number} & "offer"')
    html = ask(bobs, 'question & "offer" +#')
    assert "?q=question%20%26%20%22offer%22%20%2B%23&amp;after=" in html
    html = ask(bobs, "question")
    after = html.split("after=")[1].split('"')[0]
    more = ask(bobs, "question", target="more-hits", after=after)
    assert (html.count('class="row hit"'), more.count('class="row hit"')) == (2, 1)
    assert "list-search" not in more


def test_it_says_while_older_messages_are_missing(bobs: Client, in_alice: Place) -> None:
    first, _ = leads(2)
    words = "Older messages are still being indexed"
    assert words not in ask(bobs, "question")
    MessageEntry.objects.filter(message=first.message).delete()
    assert words in ask(bobs, "question")


def test_it_says_when_it_was_stopped(
    committed: None, fresh_workspace: Callable[..., Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody holds a table that it needs; the search does not wait for ever."""
    monkeypatch.setattr(plans, "LONGEST", 50)
    row = fresh_workspace()
    with workspace(row):
        user = User.objects.all()[0]
    client = client_of(user, host=primary_host(place_of(row)))
    with owner_connection() as owner, owner.transaction():
        owner.execute(f'LOCK TABLE "{row.schema}".contacts_contact'.encode())
        html = ask(client, "question in:open")
    assert ("This search took too long" in html, "Nothing found" in html) == (True, False)
    assert "Nothing found" in ask(client, "question in:open")


@pytest.mark.parametrize("items", [1, 3])
def test_a_page_is_always_as_many_queries(
    bobs: Client, alice_ws: Workspace, warm: None, items: int, django_assert_num_queries: Count
) -> None:
    with workspace(alice_ws):
        leads(items)
    ask(bobs, "question")
    with django_assert_num_queries(7):  # of these two a savepoint, which is the transaction outside of tests
        assert ask(bobs, "question").count('class="row hit"') == items


def test_the_inbox_has_the_box(bobs: Client, in_alice: Place) -> None:
    leads(1)
    html = bobs.get(url("inbox:list")).content.decode()
    assert (html.count('id="search-text"'), 'data-key="/"' in html) == (1, True)
