"""Who is mentioned in a note, and how it is shown: chips.py and mentioning.py."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID, uuid4

import pytest
from django.test import Client

from core.accounts.models import Team, TeamMember, TeamRole, User
from inbox.conversations.chips import MOST_MARKED, spans, with_chips
from inbox.conversations.domain.notes import write_note
from inbox.conversations.mentioning import handles, mentioned_in
from inbox.conversations.models import Mention
from inbox.conversations.queries import thread_page
from tenants.context import Place, workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.makers import a_lead, url
from tests.support import enter

BOB = UUID(int=7)
Count = Callable[[int], AbstractContextManager[object]]


def named(text: str) -> list[str]:
    return [words for _, _, words in spans(text, ["Bob", "Bob Baker", "Ben (b@x.test)"])]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Bob Baker, look", ["Bob Baker"]),
        ("Look, @bob baker and (@Bob)", ["Bob Baker", "Bob"]),
        ("“@Bob”\n@Ben (b@x.test)", ["Bob", "Ben (b@x.test)"]),
        ("@Bobby, @Bob_", []),
        ("jo@Bob.example, https://x.test/@Bob and @@Bob", []),
        ("Bob Baker", []),
    ],
)
def test_words_are_found_where_somebody_is_meant(text: str, found: list[str]) -> None:
    assert named(text) == found


def test_a_chip_lets_nothing_through() -> None:
    evil = '<img src=x onerror="alert(1)">'
    html = with_chips(f"@{evil} & <b>@Bob</b> https://x.test/?a=1&b=2", {evil: [BOB], "Bob": [BOB]})
    assert html.count('<span class="mention" data-people=') == 1
    assert "<img" not in html
    assert "<b>" not in html
    assert 'href="https://x.test/?a=1&amp;b=2"' in html


def test_a_chip_names_its_people_to_their_browsers() -> None:
    assert with_chips("@Bob, hi", {"Bob": [BOB]}) == (
        f'<span class="mention" data-people="{BOB}">@Bob</span>, hi'
    )
    many = [uuid4() for _ in range(MOST_MARKED + 1)]
    assert 'data-people=""' in with_chips("@All", {"All": many})


def a_team(name: str, *people: User) -> Team:
    team: Team = Team.objects.create(name=name)
    for person in people:
        TeamMember.objects.create(team=team, user=person)
    return team


def test_it_works(in_alice: Place, alice: User, bob: User, charlie: User) -> None:
    a_team("Sales", bob, charlie)
    message = write_note(a_lead().conversation, author=alice, text="@Bob Baker, ask @sales. @Alice Archer")
    found = dict(Mention.objects.filter(message=message).values_list("user__email", "words"))
    assert found == {bob.email: "Bob Baker", charlie.email: "Sales", alice.email: "Alice Archer"}
    assert message.noted.count('class="mention"') == 3


def test_only_who_may_read_it_is_mentioned(in_alice: Place, alice: User, bob: User, charlie: User) -> None:
    """Charlie's own role leaves the inbox out; Bob has no access any more."""
    charlie.team_role = TeamRole.objects.create(name="Forms only", actions=["manage_forms"])
    charlie.save(update_fields=["team_role"])
    bob.is_active = False
    bob.save(update_fields=["is_active"])
    a_team("Sales", bob, charlie)
    message = write_note(a_lead().conversation, author=alice, text="@Bob Baker @Charlie Cole @Sales")
    assert [one.words for one in handles()] == ["Alice Archer"]
    assert (Mention.objects.count(), "mention" in message.noted) == (0, False)


def test_words_that_mean_two_are_told_apart(in_alice: Place, alice: User, bob: User, charlie: User) -> None:
    for person in (bob, charlie):
        person.name = "Sam"
        person.save(update_fields=["name"])
    a_team("SAM", alice)
    assert [one.words for one in handles()] == [
        "Alice Archer",
        "Sam (bob@alice.test)",
        "Sam (charlie@alice.test)",
        "SAM (team)",
    ]
    assert mentioned_in("@Sam (charlie@alice.test) and @SAM") == {charlie.id: "Sam (charlie@alice.test)"}


def test_a_chip_stays_when_somebody_is_renamed(in_alice: Place, alice: User, bob: User) -> None:
    message = write_note(a_lead().conversation, author=alice, text="@Bob Baker, please.")
    bob.name = "Robert Baker"
    bob.save(update_fields=["name"])
    assert f'data-people="{bob.id}">@Bob Baker</span>' in message.noted


def test_the_list_offers_people_and_teams(
    alice_ws: Workspace, bob: User, client_for: Callable[..., Client]
) -> None:
    with workspace(alice_ws):
        bob.name = "<b>Bob"
        bob.save(update_fields=["name"])
        a_team("Sales", bob)
    html = client_for(bob).get(url("inbox:mentionable")).content.decode()
    assert html.count('role="option"') == 4
    assert ('data-words="&lt;b&gt;Bob"' in html, "<b>" in html, "Team of 1" in html) == (True, False, True)


@pytest.mark.usefixtures("redis")
def test_support_is_nobody_to_mention(alice_ws: Workspace, rosa: User) -> None:
    browser = enter(rosa, alice_ws)
    html = browser.get(url("inbox:mentionable")).content.decode()
    assert (html.count('role="option"'), "support.invalid" in html) == (3, False)


def test_it_checks_permission(alice_ws: Workspace, visitor: Callable[[str], Client]) -> None:
    answer = visitor(world.ALICE_HOST).get(url("inbox:mentionable"))
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, url("account_login"))


def test_other_workspace_mentions_its_own(
    alice_ws: Workspace, mallory: User, client_for: Callable[..., Client]
) -> None:
    html = client_for(mallory).get(url("inbox:mentionable")).content.decode()
    assert (html.count('role="option"'), "Mallory Moss" in html, "Bob" in html) == (1, True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_a_constant_number_of_questions(
    in_alice: Place, alice: User, bob: User, django_assert_num_queries: Count, count: int
) -> None:
    for number in range(count):
        a_team(f"Team {number}", alice, bob)
    with django_assert_num_queries(3):
        assert len(handles()) == 3 + count


@pytest.mark.parametrize("count", [1, 3])
def test_a_thread_with_notes_asks_once_whom_they_mention(
    in_alice: Place, bob: User, django_assert_num_queries: Count, count: int
) -> None:
    conversation = a_lead().conversation
    for _ in range(count):
        write_note(conversation, author=bob, text="@Alice Archer")
    with django_assert_num_queries(4):
        page = thread_page(conversation)
        notes = [message for message in page.messages if message.direction == "note"]
        chips = [message.noted.count('class="mention"') for message in notes]
    assert chips == [1] * count
