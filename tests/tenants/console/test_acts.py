"""What the head of a workspace's page offers to whom, and in which state of the workspace."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.accounts.models import User
from tenants.context import platform
from tenants.models import Staff, Workspace

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
EVERYTHING = ["Enter for support", "Rename", "Brand", "Suspend"]


def offered(client: Client, row: Workspace) -> list[str]:
    return [act.label for act in client.get(f"/workspaces/{row.id}/").context["acts"]]


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        ("owner", EVERYTHING),
        ("admin", EVERYTHING),
        ("support", ["Enter for support"]),
        ("billing", []),
    ],
)
def test_staff_are_offered_what_their_role_may(
    client_for: ClientFor, rosa: User, alice_ws: Workspace, role: str, labels: list[str]
) -> None:
    with platform():
        Staff.objects.filter(user_id=rosa.id).update(role=role)
    assert offered(client_for(rosa), alice_ws) == labels


def test_operators_move_it_and_leave_its_brand_alone(
    client_for: ClientFor, olga: User, alice_ws: Workspace
) -> None:
    assert offered(client_for(olga), alice_ws) == ["Enter for support", "Rename", "Move", "Suspend"]


@pytest.mark.parametrize(
    ("state", "labels"),
    [
        ("past_due", EVERYTHING),
        ("building", []),
        ("suspended", ["Rename", "Brand"]),
        ("archived", []),
        ("deleted", []),
    ],
)
def test_its_state_decides_too(
    client_for: ClientFor, rosa: User, alice_ws: Workspace, state: str, labels: list[str]
) -> None:
    with platform():
        Workspace.objects.filter(id=alice_ws.id).update(state=state)
    assert offered(client_for(rosa), alice_ws) == labels


def test_who_suspended_it_is_offered_the_way_back(
    client_for: ClientFor, rosa: User, olga: User, alice_ws: Workspace
) -> None:
    with platform():
        Workspace.objects.filter(id=alice_ws.id).update(state="suspended", suspended_by="reseller")
    assert offered(client_for(rosa), alice_ws) == ["Rename", "Brand", "Reactivate"]
    operators = ["Rename", "Move", "Suspend for the platform", "Reactivate"]
    assert offered(client_for(olga), alice_ws) == operators


def test_several_are_a_menu_of_words_on_a_phone(
    client_for: ClientFor, rosa: User, alice_ws: Workspace
) -> None:
    page = client_for(rosa).get(f"/workspaces/{alice_ws.id}/").content.decode()
    menu = page.partition('id="acts-menu"')[2].partition("</div>")[0]
    assert [menu.count(label) for label in EVERYTHING] == [1] * len(EVERYTHING)


def test_a_single_one_needs_no_menu(client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
    with platform():
        Staff.objects.filter(user_id=rosa.id).update(role="support")
    page = client_for(rosa).get(f"/workspaces/{alice_ws.id}/").content.decode()
    assert ("acts-menu" in page, 'class="head-acts"' in page) == (False, True)
