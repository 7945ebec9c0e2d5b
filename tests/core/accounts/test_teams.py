"""Teams of a workspace: who is in them, and their pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from core.accounts.domain.teams import delete_team, edit_team, make_team, remove_team
from core.accounts.models import Team, TeamMember, User
from core.accounts.queries import people_of
from inbox.conversations.domain.sorting import assign_team
from tenants.context import Place, workspace
from tenants.ids import uuid7
from tenants.models import Workspace
from tests.inbox.makers import a_lead, url


def test_its_people_are_exactly_those(in_alice: Place, alice: User, bob: User) -> None:
    team = make_team(name=" Field  sales ", people=[alice.id])
    edit_team(team, name="Sales", people=[bob.id])
    assert (Team.objects.get().name, people_of(team)) == ("Sales", [bob.id])
    delete_team(team)
    remove_team(team.id)
    assert (Team.everyone.count(), TeamMember.objects.count(), User.objects.filter(id=bob.id).count()) == (
        0,
        0,
        1,
    )


def test_a_deleted_ones_name_is_free_and_one_that_stands_is_not_removed(
    in_alice: Place,
) -> None:
    first = make_team(name="Sales", people=[])
    delete_team(first)
    second = make_team(name="sales", people=[])
    for team in (first, second):
        remove_team(team.id)
    assert list(Team.everyone.all()) == [second]
    delete_team(first)


def test_one_that_was_deleted_meanwhile_is_not_had_back_by_a_change(in_alice: Place) -> None:
    team = make_team(name="Sales", people=[])
    delete_team(team)
    with pytest.raises(ValidationError, match="has deleted this team"):
        edit_team(team, name="Sellers", people=[])
    assert [row.name for row in Team.everyone.all()] == ["Sales"]


def test_nobody_without_access_or_from_elsewhere(in_alice: Place, bob: User) -> None:
    User.objects.filter(id=bob.id).update(is_active=False)
    for people in ([bob.id], [uuid7()]):
        with pytest.raises(ValidationError, match="no access any more"):
            make_team(name="Sales", people=people)
    assert Team.objects.count() == 0


def test_bad_names(in_alice: Place) -> None:
    make_team(name="Sales", people=[])
    for name, said in (
        (" ", "60 characters"),
        ("x" * 61, "60 characters"),
        ("SALES", "called “SALES” already"),
    ):
        with pytest.raises(ValidationError, match=said):
            make_team(name=name, people=[])


def test_it_works(alice_ws: Workspace, alice: User, bob: User, client_for: Callable[..., Client]) -> None:
    alices = client_for(alice)
    assert b"No teams yet" in alices.get(url("team:teams")).content
    assert alices.post(url("team:team_new"), {"name": "", "people": []}).status_code == 422
    assert alices.post(url("team:team_new"), {"name": "Sales", "people": ["x"]}).status_code == 422
    assert alices.post(url("team:team_new"), {"name": "Sales", "people": [str(bob.id)]}).status_code == 302
    with workspace(alice_ws):
        team = Team.objects.get()
    assert b"Bob Baker" in alices.get(url("team:teams")).content
    assert alices.post(url("team:team_edit", team.id), {"name": "Service"}).status_code == 302
    assert "Nothing is this team’s." in alices.get(url("team:team_delete", team.id)).content.decode()
    with workspace(alice_ws):
        assign_team(a_lead().conversation, to=team, by=bob)
    assert "1 conversation become no team’s." in alices.get(url("team:team_delete", team.id)).content.decode()
    alices.post(url("team:team_delete", team.id))
    html = alices.get(url("team:teams")).content.decode()
    assert "Service" not in html.partition("</section>")[0]
    assert "still comes off 1 conversation." in html
    assert alices.post(url("team:team_delete", team.id)).status_code == 404
    with workspace(alice_ws):
        assert Team.objects.count() == 0


def test_it_checks_permission(bob: User, client_for: Callable[..., Client]) -> None:
    for name, args in (
        ("teams", ()),
        ("team_new", ()),
        ("team_edit", (uuid7(),)),
        ("team_delete", (uuid7(),)),
    ):
        assert client_for(bob).get(url(f"team:{name}", *args)).status_code == 403


def test_other_workspace_gets_404(
    alice_ws: Workspace, mallory: User, client_for: Callable[..., Client]
) -> None:
    with workspace(alice_ws):
        team = make_team(name="Sales", people=[])
    assert client_for(mallory).get(url("team:team_edit", team.id)).status_code == 404


@pytest.mark.parametrize("items", [1, 3])
def test_the_list_has_a_constant_number_of_queries(
    alice_ws: Workspace,
    alice: User,
    client_for: Callable[..., Client],
    items: int,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    with workspace(alice_ws):
        for number in range(items):
            make_team(name=f"Team {number}", people=[alice.id])
    alices = client_for(alice)
    alices.get(url("team:teams"))
    # session, user, teams, their people, those that go, counts of rail, bell and held mail
    with django_assert_num_queries(8):
        alices.get(url("team:teams"))
