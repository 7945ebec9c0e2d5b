"""Canned replies: who may use and change which, what one says, and the composer's list."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from core.accounts.models import User
from core.contacts.models import Contact
from inbox.canned import starter
from inbox.canned.models import CannedReply
from inbox.conversations.models import Conversation
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.makers import a_lead, part, url
from tests.support import enter

WORDS = {
    "name": "Thanks",
    "code": "/Thanks-1",
    "text": "Hi {{ contact.first_name | there }}, {{ agent.name }}",
}
ClientFor = Callable[[User], Client]


@pytest.fixture(autouse=True)
def none_yet(alice_ws: Workspace) -> None:
    with workspace(alice_ws):
        CannedReply.objects.all().delete()


@pytest.fixture
def conversation(alice_ws: Workspace) -> Conversation:
    with workspace(alice_ws):
        return a_lead().conversation


def a_reply(
    row: Workspace, *, code: str = "hi", text: str = "Hello", owner: User | None = None
) -> CannedReply:
    with workspace(row):
        made: CannedReply = CannedReply.objects.create(name=code.title(), code=code, text=text, owner=owner)
        return made


def kept(row: Workspace) -> list[tuple[str, str, object]]:
    with workspace(row):
        return list(CannedReply.objects.order_by("name").values_list("code", "text", "owner_id"))


def test_it_works(alice_ws: Workspace, bob: User, client_for: ClientFor, conversation: Conversation) -> None:
    bobs = client_for(bob)
    assert bobs.post(url("canned:new"), {**WORDS, "shared": "on"}).status_code == 302
    assert kept(alice_ws) == [("thanks-1", WORDS["text"], None)]
    with workspace(alice_ws):
        one = CannedReply.objects.get()
    html = bobs.get(url("canned:options", conversation.id)).content.decode()
    address = url("canned:said", conversation.id, one.id)
    assert html.count('role="option"') == html.count(f'data-url="{address}"') == 1
    assert bobs.get(address).content.decode() == "Hi Zoë, Bob Baker"
    with workspace(alice_ws):
        Contact.objects.update(name="")
    assert bobs.get(address).content.decode() == "Hi there, Bob Baker"
    assert bobs.post(url("canned:edit", one.id), {**WORDS, "text": "Bye", "shared": "on"}).status_code == 302
    assert kept(alice_ws) == [("thanks-1", "Bye", None)]
    assert bobs.post(url("canned:delete", one.id)).status_code == 302
    assert kept(alice_ws) == []


def test_a_text_is_no_template(
    alice_ws: Workspace, bob: User, client_for: ClientFor, conversation: Conversation
) -> None:
    """What a contact called themselves is put in as it is, and read by nobody."""
    with workspace(alice_ws):
        Contact.objects.update(name="{{agent.name}} {%now%} <b>")
    one = a_reply(alice_ws, text="{{ contact.name }} {% include 'x' %}")
    answer = client_for(bob).get(url("canned:said", conversation.id, one.id))
    assert answer.content.decode() == "{{agent.name}} {%now%} <b> {% include 'x' %}"
    assert answer["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("text", "{{ contact.password }}", "is no tag. There are: agent.first_name"),
        ("text", "{{ contact.name", "not written whole"),
        ("text", "", "Write what it says."),
        ("code", "two words", "A code has letters"),
        ("code", "", "Give it a code"),
        ("name", "", "Give it a name"),
        ("code", "HI", "There is one with the code “/hi” already."),
    ],
)
def test_bad_input_is_a_clear_error(
    alice_ws: Workspace, bob: User, client_for: ClientFor, field: str, value: str, why: str
) -> None:
    a_reply(alice_ws)
    before = kept(alice_ws)
    answer = client_for(bob).post(
        url("canned:new"), {**WORDS, "shared": "on", field: value}, **part("sheet-body")
    )
    html = answer.content.decode()
    assert (answer.status_code, why in html, kept(alice_ws)) == (422, True, before)
    assert field == "name" or 'value="Thanks"' in html


def test_a_private_one_is_ones_own(
    alice_ws: Workspace, alice: User, charlie: User, client_for: ClientFor, conversation: Conversation
) -> None:
    charlies, admins = client_for(charlie), client_for(alice)
    assert charlies.post(url("canned:new"), {**WORDS, "shared": "on"}).status_code == 302
    assert kept(alice_ws) == [("thanks-1", WORDS["text"], charlie.id)]
    with workspace(alice_ws):
        own = CannedReply.objects.get()
    for name, ids in (("edit", [own.id]), ("delete", [own.id]), ("said", [conversation.id, own.id])):
        assert admins.get(url(f"canned:{name}", *ids)).status_code == 404
        assert charlies.get(url(f"canned:{name}", *ids)).status_code == 200
    for address in (url("canned:list"), url("canned:options", conversation.id)):
        assert (b"Thanks" in admins.get(address).content, b"Thanks" in charlies.get(address).content) == (
            False,
            True,
        )


def test_it_checks_permission(
    alice_ws: Workspace, charlie: User, client_for: ClientFor, visitor: Callable[[str], Client]
) -> None:
    """An agent uses the shared ones and changes none."""
    one = a_reply(alice_ws)
    before = kept(alice_ws)
    charlies = client_for(charlie)
    for name in ("edit", "delete"):
        assert charlies.post(url(f"canned:{name}", one.id), {**WORDS, "shared": "on"}).status_code == 403
    html = charlies.get(url("canned:list")).content.decode()
    assert ("/hi" in html, url("canned:edit", one.id) in html) == (True, False)
    assert visitor(world.ALICE_HOST).get(url("canned:list")).status_code == 302
    assert kept(alice_ws) == before


def test_other_workspace_gets_404(
    alice_ws: Workspace, mallory: User, client_for: ClientFor, conversation: Conversation
) -> None:
    one = a_reply(alice_ws)
    mallorys = client_for(mallory)
    for name, ids in (
        ("edit", [one.id]),
        ("delete", [one.id]),
        ("options", [conversation.id]),
        ("said", [conversation.id, one.id]),
    ):
        assert mallorys.get(url(f"canned:{name}", *ids)).status_code == 404


@pytest.mark.usefixtures("redis")
def test_support_shares_what_it_writes(alice_ws: Workspace, rosa: User, conversation: Conversation) -> None:
    browser = enter(rosa, alice_ws)
    assert browser.post(url("canned:new"), WORDS).status_code == 302
    assert [owner for _, _, owner in kept(alice_ws)] == [None]
    with workspace(alice_ws):
        one = CannedReply.objects.get()
    assert b"Rosa" not in browser.get(url("canned:said", conversation.id, one.id)).content


@pytest.mark.parametrize("items", [1, 3])
def test_it_asks_a_constant_number_of_questions(
    alice_ws: Workspace,
    bob: User,
    client_for: ClientFor,
    conversation: Conversation,
    items: int,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    for number in range(items):
        a_reply(alice_ws, code=f"c{number}")
    bobs = client_for(bob)
    for address, expected in (
        (url("canned:list"), 5),  # session, user, rows, counts of rail and bell
        (url("canned:options", conversation.id), 5),  # session, user, conversation, its labels, rows
    ):
        bobs.get(address)
        with django_assert_num_queries(expected):
            assert bobs.get(address).content.count(b"/c") >= items


class TestStarter:
    CONTENT: Any = [{"name": "Hi", "code": "hi", "text": "Hello {{ contact.name }}"}]

    def test_it_works(self, alice_ws: Workspace) -> None:
        with workspace(alice_ws):
            starter.apply(alice_ws, self.CONTENT)
            CannedReply.objects.update(text="Ours")
            starter.apply(alice_ws, self.CONTENT)  # what is there stays
            assert starter.capture(alice_ws) == [{"name": "Hi", "code": "hi", "text": "Ours"}]
        assert starter.describe(self.CONTENT) == "1 canned reply: “Hi”"

    def test_nothing_of_ones_own_is_captured(self, alice_ws: Workspace, bob: User) -> None:
        a_reply(alice_ws, owner=bob)
        with workspace(alice_ws):
            assert starter.capture(alice_ws) == []

    @pytest.mark.parametrize(
        "content",
        [
            {},
            [1],
            [{"name": "Hi"}],
            [{"name": "Hi", "code": 1, "text": "x"}],
            [{"name": "Hi", "code": "hi", "text": "{{ env }}"}],
            [{"name": "Hi", "code": "Hi", "text": "x"}],
            CONTENT * 2,
        ],
    )
    def test_bad_input_is_a_clear_error(self, content: Any) -> None:
        with pytest.raises(ValidationError):
            starter.check(content)
