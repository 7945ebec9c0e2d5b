"""What people are told of in the inbox, and by which sockets."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import set_urlconf

from core.accounts.models import Team, TeamMember, User
from core.notices.domain.reading import read_about
from core.notices.models import Notice
from core.notices.queries import shown, unread_count
from inbox.conversations.domain.notes import write_note
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.domain.sorting import assign, assign_team
from inbox.conversations.models import Conversation, SeenMark
from tenants.asyncio import in_place
from tenants.context import Place, place_of, workspace
from tenants.models import Workspace
from tests.core.realtime.conftest import cookies, server  # noqa: F401 - fixtures, used by name
from tests.core.realtime.server import Cookies, Server, browser
from tests.inbox.makers import a_lead, url


def told(person: User) -> list[tuple[str, str]]:
    rows = list(Notice.objects.filter(user=person).select_related("actor").order_by("created_at"))
    return [(f"{one.who} {one.says} {one.line.where}", one.line.text) for one in shown(rows, user=person)]


@pytest.fixture
def sales(alice_ws: Workspace, bob: User, charlie: User) -> Team:
    with workspace(alice_ws):
        team: Team = Team.objects.create(name="Sales")
        for person in (bob, charlie):
            TeamMember.objects.create(team=team, user=person)
        return team


@pytest.fixture
def in_urls() -> Iterator[None]:
    """As in a request: notices are described for a page."""
    set_urlconf("deploy.urls.workspace")
    yield
    set_urlconf(None)


in_the_workspaces_urls = pytest.mark.usefixtures("in_urls")


@in_the_workspaces_urls
def test_a_mention_is_told_once_to_each(
    in_alice: Place, alice: User, bob: User, charlie: User, sales: Team
) -> None:
    write_note(a_lead().conversation, author=alice, text="@Bob Baker and @Sales and @Alice Archer: look.")
    line = (
        "Alice Archer mentioned you in the conversation with Zoë Quinn",
        "@Bob Baker and @Sales and @Alice Archer: look.",
    )
    assert (told(bob), told(charlie), told(alice)) == ([line], [line], [])


@in_the_workspaces_urls
def test_what_becomes_ones_own_is_told(in_alice: Place, alice: User, bob: User) -> None:
    conversation = a_lead().conversation
    for _ in range(2):
        assign(conversation, to=bob, by=alice)  # the second time nothing changes
    assert told(bob) == [
        ("Alice Archer gave you the conversation with Zoë Quinn", "Do you deliver on Mondays?")
    ]
    assign(conversation, to=alice, by=alice)
    assign(conversation, to=None, by=bob)
    assert (told(alice), Notice.objects.count()) == ([], 1)


def test_who_answers_first_is_not_told_that_it_is_theirs(in_alice: Place, bob: User) -> None:
    queue_reply(a_lead().conversation, author=bob, text="Yes.")
    assert Notice.objects.count() == 0


@in_the_workspaces_urls
def test_a_teams_people_are_told_but_for_who_did_it(
    in_alice: Place, bob: User, charlie: User, sales: Team
) -> None:
    assign_team(a_lead().conversation, to=sales, by=bob)
    assert (told(bob), [words for words, _ in told(charlie)]) == (
        [],
        ["Bob Baker gave your team the conversation with Zoë Quinn"],
    )


def test_opening_the_conversation_reads_what_is_about_it(
    alice_ws: Workspace, alice: User, bob: User, client_for: Callable[..., Client]
) -> None:
    with workspace(alice_ws):
        first, other = a_lead().conversation, a_lead(email="o@acme.test").conversation
        for conversation in (first, other):
            assign(conversation, to=bob, by=alice)
    assert client_for(bob).post(url("inbox:seen", first.id), {"seq": "1"}).status_code == 204
    with workspace(alice_ws):
        assert list(Notice.objects.filter(read_at=None).values_list("about", flat=True)) == [other.id]


def test_what_was_told_while_it_was_open_is_read_with_the_next_mark(
    alice_ws: Workspace, alice: User, bob: User, client_for: Callable[..., Client]
) -> None:
    """The thread says that there is something, so that the browser marks it though no message is new."""
    with workspace(alice_ws):
        conversation = a_lead().conversation
        a_lead(email="o@acme.test")
    bobs, thread = client_for(bob), url("inbox:thread", conversation.id)
    bobs.post(url("inbox:seen", conversation.id), {"seq": "1"})
    assert " data-told" not in bobs.get(thread).content.decode()
    with workspace(alice_ws):
        assign(conversation, to=bob, by=alice)
    told = [" data-told" in client_for(one).get(thread).content.decode() for one in (bob, alice)]
    assert told == [True, False]
    with workspace(alice_ws):
        read_about(bob, about=conversation.id)
    assert " data-told" not in bobs.get(thread).content.decode()


def test_a_mark_from_above_the_end_reads_them_and_moves_nothing(
    alice_ws: Workspace, alice: User, bob: User, client_for: Callable[..., Client]
) -> None:
    with workspace(alice_ws):
        conversation = a_lead().conversation
        assign(conversation, to=bob, by=alice)
    assert client_for(bob).post(url("inbox:seen", conversation.id), {"seq": "0"}).status_code == 204
    with workspace(alice_ws):
        assert (unread_count(bob), SeenMark.objects.filter(user=bob).count()) == (0, 0)


@in_the_workspaces_urls
@pytest.mark.parametrize("items", [1, 3])
def test_each_kind_asks_once(
    in_alice: Place,
    alice: User,
    bob: User,
    sales: Team,
    items: int,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    for number in range(items):
        conversation = a_lead(email=f"p{number}@acme.test").conversation
        write_note(conversation, author=alice, text="@Bob Baker")
        assign(conversation, to=bob, by=alice)
        assign_team(conversation, to=sales, by=alice)
    rows = list(Notice.objects.filter(user=bob).select_related("actor"))
    with django_assert_num_queries(3):
        assert len(shown(rows, user=bob)) == 3 * items


@pytest.fixture
def lasting(alice_ws: Workspace) -> Iterator[Conversation]:
    """A committed conversation, and nothing left of it."""
    with workspace(alice_ws):
        conversation = a_lead(name="Wanda Told", email="wanda.told@acme.test").conversation
    yield conversation
    with workspace(alice_ws):
        Notice.objects.filter(about=conversation.id).delete()
        conversation.contact.delete()


@pytest.mark.asyncio
@pytest.mark.usefixtures("committed")
async def test_nobody_elses_socket_hears_it(
    server: Server,  # noqa: F811 - the fixture
    cookies: Cookies,  # noqa: F811 - the fixture
    settings: Any,
    alice_ws: Workspace,
    alice: User,
    bob: User,
    lasting: Conversation,
) -> None:
    settings.REDIS_URL = server.valkey.url

    @transaction.atomic
    def happen() -> None:
        write_note(lasting, author=alice, text="@Bob Baker, look.")

    async with browser(server, cookies["alice"]) as hers, browser(server, cookies["bob"]) as his:
        await in_place(place_of(alice_ws), happen)
        frames = [await his.frame() for _ in range(2)]
        assert sorted(frame["t"] for frame in frames) == ["message_added", "notice_added"]
        told_frame = next(frame for frame in frames if frame["t"] == "notice_added")
        assert told_frame["d"] == {
            "kind": "inbox.mentioned",
            "about": str(lasting.id),
            "says": "Alice Archer mentioned you",
        }
        assert (await hers.frame())["t"] == "message_added"
        assert await hers.silent()
        assert await in_place(place_of(alice_ws), unread_count, bob) == 1
