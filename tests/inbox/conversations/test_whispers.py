"""inbox/conversations/whispers.py: teammates at one conversation, known to those who may read it alone."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from core.accounts.models import TeamRole, User
from core.realtime.audience import Member, loads
from core.realtime.outbox import text_message
from core.realtime.rights import Identity
from core.realtime.rooms import Rooms
from core.realtime.whisper import overheard
from inbox.conversations.domain.seen import mark_seen
from inbox.conversations.models import Conversation
from tenants.context import Place, workspace
from tenants.models import Workspace
from tests.core.realtime.conftest import seat_of, sent, texts
from tests.inbox.makers import a_lead

KINDS = ("looks", "writes")


def who(user: User) -> Identity:
    return Identity(session="s", member=Member(user=str(user.id)), role=user.role, proof="p")


def says(user: User, kind: str, **facts: Any) -> list[tuple[str, dict[str, Any]]]:
    """The audience and the frame of what is passed on."""
    found = [json.loads(text) for _, text in overheard(who(user), {"t": kind, **facts})]
    return [(audience, json.loads(body)) for audience, body in found]


@pytest.fixture
def conversation(in_alice: Place) -> Conversation:
    return a_lead().conversation


@pytest.fixture
def locked_out(charlie: User, conversation: Conversation) -> User:
    """Charlie, whose role keeps forms and reads no conversation."""
    role = TeamRole.objects.create(name="Form keeper", actions=["manage_forms"])
    User.objects.filter(id=charlie.id).update(team_role=role)
    charlie.refresh_from_db()
    return charlie


@pytest.mark.parametrize("kind", KINDS)
def test_it_works(conversation: Conversation, bob: User, kind: str) -> None:
    mark_seen(conversation, user=bob, seq=1)
    ((_, frame),) = says(bob, kind, c=str(conversation.id))
    assert frame == {
        "t": kind,
        "d": {
            "u": str(bob.id),
            "name": bob.display_name,
            "initials": bob.initials,
            "hue": str(bob.hue),
            "left": "",
            "c": str(conversation.id),
            "seq": "1",
        },
    }


def test_who_leaves_says_where_from(conversation: Conversation, bob: User) -> None:
    ((_, frame),) = says(bob, "looks", c="", left=str(conversation.id))
    assert (frame["d"]["left"], "c" in frame["d"]) == (str(conversation.id), False)


async def _offered(audience: str, *, users: list[User], visitor: str) -> dict[str, list[str]]:
    rooms = Rooms()
    seats = {str(user.id): seat_of(user=str(user.id)) for user in users}
    seats[visitor] = seat_of()
    seats[visitor].member = Member(visitor=visitor)
    foreign = seat_of("w_there", user=str(users[0].id))
    for seat in (*seats.values(), foreign):
        rooms.join(seat, after=None)
        sent(seat)
    rooms.whisper(seats[visitor].place.schema, audience=loads(audience), message=text_message("hum"))
    return {name: texts(seat) for name, seat in seats.items()} | {"foreign": texts(foreign)}


@pytest.mark.parametrize("kind", KINDS)
def test_it_reaches_no_socket_without_the_right(
    conversation: Conversation, alice: User, bob: User, locked_out: User, kind: str
) -> None:
    """Neither a teammate without the inbox, nor a visitor, nor another workspace."""
    ((audience, _),) = says(bob, kind, c=str(conversation.id))
    heard = asyncio.run(_offered(audience, users=[alice, bob, locked_out], visitor="vera"))
    assert heard == {
        str(alice.id): ["hum"],
        str(bob.id): ["hum"],
        str(locked_out.id): [],
        "vera": [],
        "foreign": [],
    }


@pytest.mark.parametrize("kind", KINDS)
def test_it_checks_permission(conversation: Conversation, locked_out: User, kind: str) -> None:
    assert says(locked_out, kind, c=str(conversation.id)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_visitor_says_none_of_it(conversation: Conversation, kind: str) -> None:
    vera = Identity(session="s", member=Member(visitor=str(uuid4())), role="visitor", proof="p")
    assert overheard(vera, {"t": kind, "c": str(conversation.id)}) == []


@pytest.mark.parametrize("kind", KINDS)
def test_of_another_workspaces_conversation_nothing_is_said(
    in_alice: Place, bob: User, mallory_ws: Workspace, kind: str
) -> None:
    with workspace(mallory_ws):
        theirs = a_lead().conversation.id
    assert says(bob, kind, c=str(theirs)) == []


@pytest.mark.parametrize("c", [None, "", "x", 5, [], "7d444840-9dc0-41d1-b245-5ffdce74fad2"])
def test_bad_input_is_noise(in_alice: Place, bob: User, c: object) -> None:
    for kind in KINDS:
        assert says(bob, kind, c=c, left=c if not isinstance(c, str) or len(c) < 2 else "") == []


@pytest.mark.parametrize("people", [1, 3])
def test_it_takes_two_questions(
    conversation: Conversation, bob: User, people: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(people):
        User.objects.create(email=f"more{number}@alice.test", role="agent")
    with django_assert_num_queries(2):
        says(bob, "looks", c=str(conversation.id))
