"""The draft's own address: one's words and nobody else's, bounded in size and pace."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from inbox.conversations.domain.capture import Captured
from inbox.conversations.domain.drafts import save_draft
from inbox.conversations.models import Draft
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.makers import a_lead, part, url

pytestmark = pytest.mark.usefixtures("redis")


@pytest.fixture
def lead(alice_ws: Workspace) -> Captured:
    with workspace(alice_ws):
        return a_lead()


@pytest.fixture
def address(lead: Captured) -> str:
    return url("inbox:draft", lead.conversation.id)


def test_it_works(bobs: Client, address: str) -> None:
    saved = bobs.post(address, {"text": " Dear Zoë,\n", "known": ""})
    assert (saved.status_code, saved.json()["text"]) == (200, " Dear Zoë,\n")
    assert bobs.get(address).json() == saved.json()
    gone = bobs.post(address, {"text": "", "known": saved.json()["version"]})
    assert (gone.status_code, gone.json()) == (200, {"text": "", "version": ""})


def test_newer_words_are_answered_instead_of_overwritten(bobs: Client, address: str) -> None:
    newest = bobs.post(address, {"text": "New"}).json()
    answer = bobs.post(address, {"text": "Old", "known": "1"})
    assert (answer.status_code, answer.json()) == (409, newest)


def test_it_is_its_writers_alone(
    alice_ws: Workspace, alices: Client, bobs: Client, bob: User, lead: Captured, address: str
) -> None:
    with workspace(alice_ws):
        save_draft(lead.conversation, user=bob, text="CANARY", known="")
    thread = url("inbox:thread", lead.conversation.id)
    for path in (address, thread, url("inbox:list")):
        assert (path, b"CANARY" in alices.get(path).content) == (path, False)
    assert f'data-drafts="{lead.conversation.id} "' in bobs.get(url("inbox:list")).content.decode()
    assert 'data-drafts=""' in alices.get(url("inbox:list")).content.decode()
    assert b"CANARY</textarea>" in bobs.get(thread).content
    answer = alices.post(address, {"text": "Hers"})
    assert (answer.status_code, answer.json()["text"]) == (200, "Hers")
    with workspace(alice_ws):
        assert sorted(Draft.objects.values_list("text", flat=True)) == ["CANARY", "Hers"]


def test_it_checks_permission(address: str, visitor: Callable[[str], Client]) -> None:
    for method in ("get", "post"):
        answer = getattr(visitor(world.ALICE_HOST), method)(address)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, url("account_login"))


def test_other_workspace_gets_404(alice_ws: Workspace, mallorys: Client, address: str) -> None:
    assert mallorys.get(address).status_code == 404
    assert mallorys.post(address, {"text": "Mine"}).status_code == 404
    with workspace(alice_ws):
        assert Draft.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"text": "x" * 20_001}, "A draft can have at most 20,000 characters; this has 20,001."),
        ({"text": "a\0b"}, "A draft has a character that cannot be stored. Remove it and send again."),
        ({"text": "a", "known": "9" * 21}, "Ensure this value has at most 20 characters (it has 21)."),
    ],
)
def test_bad_input_is_a_clear_error(bobs: Client, address: str, body: dict[str, str], said: str) -> None:
    answer = bobs.post(address, body)
    assert (answer.status_code, answer.content.decode()) == (422, said)


def test_a_browser_that_saves_too_often_is_told_to_wait(
    bobs: Client, alices: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_900_000_000.0)
    found = [bobs.post(address, {"text": "same"}).status_code for _ in range(6)]
    assert found == [200] * 5 + [429]
    assert alices.post(address, {"text": "hers"}).status_code == 200


@pytest.mark.parametrize("items", [1, 3])
def test_a_list_with_drafts_has_a_constant_number_of_queries(
    alice_ws: Workspace,
    bobs: Client,
    bob: User,
    items: int,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    with workspace(alice_ws):
        for number in range(items):
            lead = a_lead(email=f"p{number}@acme.test")
            save_draft(lead.conversation, user=bob, text="Half", known="")
    bobs.get(url("inbox:list"))
    with django_assert_num_queries(6):
        page = bobs.get(url("inbox:list")).content.decode()
    marked = page.split('data-drafts="')[1].split('"')[0].split()
    assert len(marked) == items


def test_a_refused_answer_shows_its_own_words(
    alice_ws: Workspace, bobs: Client, bob: User, lead: Captured
) -> None:
    with workspace(alice_ws):
        save_draft(lead.conversation, user=bob, text="Half", known="")
    answer = bobs.post(url("inbox:reply", lead.conversation.id), {"text": "x" * 20_001}, **part("composer"))
    html = answer.content.decode()
    assert (answer.status_code, "xxx</textarea>" in html, "Half" in html) == (422, True, False)


def test_a_notes_draft_stands_beside_the_answers(bobs: Client, lead: Captured, address: str) -> None:
    note = f"{address}?kind=note"
    bobs.post(address, {"text": "Dear Zoë", "known": ""})
    saved = bobs.post(note, {"text": "Between us", "known": ""}).json()
    assert (bobs.get(address).json()["text"], bobs.get(note).json()) == ("Dear Zoë", saved)
    page = bobs.get(url("inbox:thread", lead.conversation.id)).content.decode()
    assert ("Between us</textarea>" in page, "Dear Zoë</textarea>" in page) == (True, True)
    assert f'data-draft-version="{saved["version"]}"' in page
    assert bobs.post(note, {"text": "", "known": saved["version"]}).json() == {"text": "", "version": ""}
    assert bobs.get(address).json()["text"] == "Dear Zoë"
    for answer in (bobs.get(f"{address}?kind=x"), bobs.post(f"{address}?kind=x", {"text": "Dear"})):
        assert answer.status_code == 404
