"""Who may do what, over every address of every site: deny unless listed, for endpoints to come as for these.

The tables themselves are written out in tests/core/accounts/test_access.py and tests/tenants/console.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from redis import Redis

from core.accounts.models import User
from core.accounts.rules import ROLE_MAY, WORKSPACE_ROLES, Action, Role, role_may
from tenants.access import rule_of
from tenants.console.access import OPERATORS_MAY
from tenants.console.rules import STAFF_MAY, ConsoleAction, staff_may
from tenants.context import platform, workspace
from tenants.models import Reseller, Staff, SupportAccess, Workspace
from tests.conftest import rolled_back
from tests.isolation.planted import Planted
from tests.isolation.routes import SITES, Route, routes
from tests.support import enter

KINDS = {"public", "API key", "member", "own account", "operator"}
TABLES: dict[str, Any] = {"requires": Action, "console": ConsoleAction, "reseller_staff": ConsoleAction}
SITE_OF = {"requires": {"workspace"}, "reseller_staff": {"reseller"}, "operator": {"platform"}}


def guarded(*sites: str) -> list[Route]:
    return [route for route in routes(*sites) if route.rule.partition(" ")[0] in TABLES]


def test_every_endpoint_names_an_action_of_its_table() -> None:
    """A guard of another kind is nothing this proof knows how to try; add it to both tables here."""
    strange = []
    for route in routes(*SITES):
        kind, _, action = route.rule.partition(" ")
        listed = route.rule in KINDS or (kind in TABLES and action in set(TABLES[kind]))
        if not listed or route.site not in SITE_OF.get(kind, {route.site}):
            strange.append(f"{route}: {rule_of(route.view)!r}")
    assert strange == []


def test_every_action_is_somebodys_and_nobody_unlisted_has_it() -> None:
    assert {action for may in ROLE_MAY.values() for action in may} == set(Action)
    assert {action for may in STAFF_MAY.values() for action in may} == set(ConsoleAction)
    for role in (*Role, *Staff.Role.values, "", "root"):
        assert [a for a in ConsoleAction if staff_may(role, a) and role not in STAFF_MAY] == []
        assert [a for a in Action if role_may(role, a) and role not in ROLE_MAY] == []


OWN_MATTERS = {
    "account/profile/": "one's own name",
    "account/password/change/": "one's own password",
    "account/password/set/": "the same, the first one",
    "notices/read/": "one's own notices",
    "notices/<uuid:notice_id>/read/": "the same; another's is not found",
    "support/leave/": "one's own stay for support; of anybody else it makes nothing",
}
"""What everybody who is signed in may change, because it is theirs; anything else names an action."""


def test_who_changes_more_than_their_own_needs_an_action(
    client_for: Callable[..., Client], alice: User, ours: Planted, redis: Redis
) -> None:
    client, found = client_for(alice), set()
    for route in routes("workspace"):
        if route.rule in {"member", "own account"}:
            with platform(), rolled_back():
                if client.post(route.path(route.own(ours))).status_code != 405:
                    found.add(route.template)
    assert found == set(OWN_MATTERS)


def refusals(client: Client, found: list[Route], planted: Planted) -> list[str]:
    """The addresses that answer 403, whatever the method; a method that does not exist is not asked again."""
    refused = []
    for route in found:
        path, answers = route.path(route.own(planted)), set()
        for method in ("GET", "POST"):
            with platform(), rolled_back():
                answers.add(client.generic(method, path).status_code)
        if 403 in answers:
            assert answers <= {403, 405}, (str(route), answers)
            refused.append(str(route))
        assert 500 not in answers, str(route)
    return refused


@pytest.mark.parametrize("role", ["admin", "manager", "agent", "support", "staff", "operator"])
def test_each_role_of_a_workspace(
    client_for: Callable[..., Client],
    charlie: User,
    alice_ws: Workspace,
    ours: Planted,
    redis: Redis,
    role: str,
) -> None:
    client = client_for(charlie)
    with workspace(alice_ws):
        User.objects.filter(id=charlie.id).update(role=role)
    found = guarded("workspace")
    expected = [str(one) for one in found if not role_may(role, one.rule.partition(" ")[2])]
    if client.get("/").headers.get("Location", "").startswith("/account/login/"):
        # no role of this place, or a support person's, who has it for a stay alone: the session ends instead
        assert role not in WORKSPACE_ROLES
        return
    assert refusals(client, found, ours) == expected
    assert (role == "admin") == (expected == [])


TAKES_NO_WORK = "inbox/<uuid:conversation_id>/assignee/"
"""What a support person may use, but not to take work, which an empty form asks for."""
NOT_MANY = "inbox/bulk/"
"""Support people change conversations one by one, each with its line in the log."""
ALERTS = ("profile/notifications/", "inbox/<uuid:conversation_id>/<uuid:message_id>/alert/")
"""Nobody tells support people of messages: the inbox is not theirs."""


@pytest.mark.parametrize("whose", ["rosa", "olga"])
def test_a_support_persons_role(
    request: pytest.FixtureRequest, alice_ws: Workspace, ours: Planted, redis: Redis, whose: str
) -> None:
    """While the stay lasts: what the table lists, and nobody's own account; then nothing."""
    client = enter(request.getfixturevalue(whose), alice_ws)
    found = [route for route in routes("workspace") if route.rule not in {"public", "API key", "member"}]
    allowed = [one for one in found if role_may(Role.SUPPORT, one.rule.partition(" ")[2])]
    shut = [
        one for one in found if one.template in {TAKES_NO_WORK, *ALERTS} or one.template.startswith(NOT_MANY)
    ]
    expected = [str(one) for one in found if one not in allowed or one in shut]
    assert refusals(client, found, ours) == expected
    closed = {"manage_team", "manage_api_keys", "manage_mail", "see_activity", "see_reports"}
    assert {"own account", *(f"requires {action}" for action in closed)} == {
        one.rule for one in found if one not in allowed
    }
    with platform():
        SupportAccess.objects.update(ended_at=timezone.now())
    assert {client.get(one.path(one.own(ours))).status_code for one in allowed} <= {302, 405}


@pytest.mark.parametrize("role", [*Staff.Role.values, "nothing"])
def test_each_role_of_a_resellers_staff(
    client_for: Callable[..., Client], rosa: User, our_side: Planted, redis: Redis, role: str
) -> None:
    client = client_for(rosa)
    with platform():
        Staff.objects.filter(user=rosa).update(role=role)
    found = guarded("reseller")
    expected = [str(one) for one in found if not staff_may(role, one.rule.partition(" ")[2])]
    assert refusals(client, found, our_side) == expected
    assert {one.rule.partition(" ")[2] for one in found} == set(ConsoleAction)  # none goes untried


@pytest.mark.parametrize("how", ["not accepted", "of another reseller", "no row"])
def test_who_is_not_on_the_staff_may_nothing(
    client_for: Callable[..., Client], rosa: User, our_side: Planted, redis: Redis, how: str
) -> None:
    client = client_for(rosa)
    with platform():
        rows = Staff.objects.filter(user=rosa)
        if how == "not accepted":
            rows.update(accepted_at=None)
        elif how == "of another reseller":
            rows.update(reseller=Reseller.objects.get(slug="rita"))
        else:
            rows.delete()
    for route in guarded("reseller"):
        response = client.get(route.path(route.own(our_side)))
        assert response.status_code in {302, 403, 405}, str(route)


def test_an_operator_does_what_operators_do(
    client_for: Callable[..., Client], olga: User, our_side: Planted, redis: Redis
) -> None:
    found = guarded("platform")
    expected = [str(one) for one in found if one.rule.partition(" ")[2] not in OPERATORS_MAY]
    assert refusals(client_for(olga), found, our_side) == expected


def test_nobody_else_is_an_operator(
    client_for: Callable[..., Client], rosa: User, olga: User, our_side: Planted
) -> None:
    """A cookie of the operators' site whose person is one no more, and a staff member's cookie there."""
    client, other = client_for(olga), client_for(rosa, host="platform.test")
    with platform():
        User.objects.filter(id=olga.id).update(role="staff")
    for route in routes("platform"):
        if route.rule not in {"public", "API key"}:
            path = route.path(route.own(our_side))
            assert {client.get(path).status_code, other.get(path).status_code} <= {302, 405}, str(route)
