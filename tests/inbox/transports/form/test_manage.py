"""The team's side of forms: links, making one, changing one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from inbox.transports.form.domain.forms import ensure_default_form
from inbox.transports.form.models import LeadForm
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.hostile import HOSTILE, live_parts
from tests.inbox.makers import url
from tests.inbox.transports.form.conftest import asked, opened

WORDS = {
    "title": "Ask for a demo",
    "intro": "We call you.",
    "button": "Ask",
    "thanks": "Until soon.",
    "is_active": "on",
    **asked("email", "E-mail", required="on"),
    **asked("message", "Your question"),
    "order": ["email", "message"],
}


@pytest.fixture
def bobs(bob: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(bob)


def test_it_works(alice_ws: Workspace, bobs: Client) -> None:
    answer = bobs.post(url("forms:new"), WORDS)
    assert (answer.status_code, answer["Location"]) == (302, url("forms:list"))
    with workspace(alice_ws):
        row = LeadForm.objects.get(slug="ask-for-a-demo")
    assert row.fields == [
        {"v": 2, "key": "email", "required": True, "kind": "email", "label": "E-mail", "help": ""},
        {
            "v": 2,
            "key": "message",
            "required": False,
            "kind": "message",
            "label": "Your question",
            "help": "",
        },
    ]
    page = bobs.get(url("forms:list")).content.decode()
    for address in ("/f/ask-for-a-demo/", "/f/ask-for-a-demo/embed.js"):
        assert f"http://{world.ALICE_HOST}:8000{address}" in page
    assert Client(HTTP_HOST=world.ALICE_HOST).get("/f/ask-for-a-demo/").status_code == 200


@pytest.mark.parametrize("items", [1, 3])
def test_the_list_has_a_constant_number_of_queries(
    alice_ws: Workspace, bobs: Client, items: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with workspace(alice_ws):
        for number in range(items):
            LeadForm.objects.create(slug=f"form-{number}", title="Form")
    bobs.get(url("forms:list"))
    with django_assert_num_queries(6):  # session, user, forms, our own host, counts of rail and bell
        assert len(bobs.get(url("forms:list")).context["forms"]) == items + 1


def test_the_links_come_from_the_database_not_from_the_request(bobs: Client) -> None:
    page = bobs.get(url("forms:list"), HTTP_X_FORWARDED_HOST="evil.test").content.decode()
    assert "evil.test" not in page


def test_a_second_form_of_that_title_gets_an_address_of_its_own(alice_ws: Workspace, bobs: Client) -> None:
    for _ in range(2):
        bobs.post(url("forms:new"), WORDS)
    with workspace(alice_ws):
        slugs = LeadForm.objects.filter(title=WORDS["title"]).values_list("slug", flat=True)
        assert sorted(slugs) == ["ask-for-a-demo", "ask-for-a-demo-2"]


def test_change_one(alice_ws: Workspace, bobs: Client) -> None:
    with workspace(alice_ws):
        row = ensure_default_form()
    assert bobs.get(url("forms:edit", row.id)).status_code == 200
    sent = {**WORDS, **opened(bobs, row), "slug": "stolen", "is_active": ""}
    bobs.post(url("forms:edit", row.id), sent)
    with workspace(alice_ws):
        row.refresh_from_db()
    assert (row.slug, row.title, row.is_active) == ("contact", "Ask for a demo", False)


def test_every_workspace_starts_with_one_form(alice_ws: Workspace) -> None:
    with workspace(alice_ws):
        assert [form.slug for form in LeadForm.objects.all()] == ["contact"]
        assert ensure_default_form().id == LeadForm.objects.get().id


def test_it_checks_permission(
    alice_ws: Workspace,
    charlie: User,
    client_for: Callable[[User], Client],
    visitor: Callable[[str], Client],
) -> None:
    with workspace(alice_ws):
        row = ensure_default_form()
    for client, status in ((client_for(charlie), 403), (visitor(world.ALICE_HOST), 302)):
        for address in (url("forms:list"), url("forms:new"), url("forms:edit", row.id)):
            assert client.get(address).status_code == status
        assert client.post(url("forms:edit", row.id), WORDS).status_code == status
    with workspace(alice_ws):
        assert LeadForm.objects.get().title == "Contact us"


def test_other_workspace_gets_404(
    alice_ws: Workspace, mallory: User, client_for: Callable[[User], Client]
) -> None:
    with workspace(alice_ws):
        row = ensure_default_form()
    client = client_for(mallory)
    assert client.get(url("forms:edit", row.id)).status_code == 404
    assert client.post(url("forms:edit", row.id), WORDS).status_code == 404
    with workspace(alice_ws):
        assert LeadForm.objects.get().title == "Contact us"


@pytest.mark.parametrize(
    ("change", "field", "error"),
    [
        ({"title": ""}, "title", "Type the title."),
        ({"title": "a\0"}, "title", "Null characters are not allowed."),
    ],
)
def test_bad_input_is_a_clear_error(
    alice_ws: Workspace, bobs: Client, change: dict[str, Any], field: str, error: str
) -> None:
    answer = bobs.post(url("forms:new"), WORDS | change)
    assert (answer.status_code, answer.context["builder"].words.errors) == (422, {field: [error]})
    with workspace(alice_ws):
        assert LeadForm.objects.count() == 1


def test_hostile_words_are_shown_as_words(alice_ws: Workspace, bobs: Client) -> None:
    for text in HOSTILE:
        words = {"title": text, "intro": text, "button": text[:40], "thanks": text}
        assert bobs.post(url("forms:new"), WORDS | words).status_code == 302
    page = bobs.get(url("forms:list"))
    pages, stranger = [page], Client(HTTP_HOST=world.ALICE_HOST)
    for row in page.context["forms"]:
        pages += [stranger.get(f"/f/{row.slug}/"), stranger.get(f"/f/{row.slug}/thanks/")]
    assert len(pages) == 1 + 2 * (len(HOSTILE) + 1)
    for shown in pages:
        html = shown.content.decode().replace(f"http://{world.ALICE_HOST}:8000/", "/")
        assert live_parts(html) == []


class TestWays:
    """How leads get in, beside an inbox that has none."""

    def test_it_works(self, alice_ws: Workspace, bobs: Client, alice: User, client_for: Any) -> None:
        inbox = bobs.get(url("inbox:list")).content.decode()
        assert (f'hx-get="{url("forms:ways")}"' in inbox, "Pick a conversation" in inbox) == (True, False)
        part = client_for(alice).get(url("forms:ways")).content.decode()
        assert part.count(f"hello@{world.ALICE_HOST}</code>") == 1
        assert part.count(f"http://{world.ALICE_HOST}:8000/f/contact/</code>") == 1
        assert part.count(f'href="{url("api_keys:list")}"') == 1
        settings = bobs.get(url("forms:list")).content.decode()
        assert settings.count(f"hello@{world.ALICE_HOST}</code>") == 1

    def test_it_checks_permission(self, lead_form: LeadForm, stranger: Client) -> None:
        assert stranger.get(url("forms:ways")).status_code == 302

    def test_a_closed_form_is_no_way_in(self, alice_ws: Workspace, bobs: Client) -> None:
        with workspace(alice_ws):
            LeadForm.objects.update(is_active=False)
        assert "/f/" not in bobs.get(url("forms:ways")).content.decode()
