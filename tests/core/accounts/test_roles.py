"""Roles of a workspace's own: what they allow, what they never allow, their page, the end of old rights."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.accounts.access import access_team_role, may
from core.accounts.domain import roles, users
from core.accounts.models import TeamRole, User
from core.accounts.rules import ACTION_WORDS, FOR_ADMINS, ROLE_MAY, Action, Role
from core.accounts.signed_in import user_by_cookie
from tenants import sites
from tenants.context import Place, workspace
from tenants.models import Workspace
from tests import world

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
ROLES = "/settings/team/roles/"
NEW = f"{ROLES}new/"
DESK = {"name": "Front desk", "actions": ["use_inbox", "manage_forms"]}


@pytest.fixture
def desk(in_alice: Place) -> TeamRole:
    return roles.make_role(**DESK)  # type: ignore[arg-type]  # two keys of two kinds


@pytest.fixture
def theirs(mallory_ws: Workspace) -> TeamRole:
    """A role of another workspace."""
    with workspace(mallory_ws):
        return roles.make_role(name="Theirs", actions=["manage_api_keys"])


def again(row: Workspace, user: User) -> User:
    with workspace(row):
        found: User = User.objects.select_related("team_role").get(id=user.id)
    return found


def is_in(client: Client) -> bool:
    return client.get("/account/profile/").status_code == 200


def test_a_profile_names_the_own_role(
    client_for: ClientFor, alice_ws: Workspace, charlie: User, desk: TeamRole
) -> None:
    with workspace(alice_ws):
        User.objects.filter(id=charlie.id).update(team_role=desk)
    page = client_for(charlie).get("/account/profile/").content.decode()
    assert "charlie@alice.test · Front desk<" in page


IN_WORDS = [
    ("Admin", "May do everything here"),
    (
        "Manager",
        "May use the inbox, add leads, see reports, delete conversations, manage labels,"
        " manage canned replies, manage saved views, manage web forms, manage the chat",
    ),
    ("Agent", "May use the inbox, add leads"),
    ("Front desk", "May use the inbox, manage web forms"),
]


def test_whoever_invites_reads_what_roles_may(client_for: ClientFor, alice: User, desk: TeamRole) -> None:
    page = client_for(alice).get("/settings/team/add/")
    assert [(role.label, role.says) for role in page.context["roles"]] == IN_WORDS
    assert 'value="agent" checked' in page.content.decode()


def test_whoever_changes_a_role_reads_it_too(
    client_for: ClientFor, alice: User, bob: User, desk: TeamRole
) -> None:
    page = client_for(alice).get(f"/settings/team/{bob.id}/role/choose/")
    assert [(role.label, role.says) for role in page.context["roles"]] == IN_WORDS
    text = page.content.decode()
    assert ('value="manager" checked' in text, f'action="/settings/team/{bob.id}/role/"' in text) == (
        True,
        True,
    )
    assert [says in text for _, says in IN_WORDS] == [True] * 4


class TestMatrix:
    @pytest.mark.parametrize("action", list(Action))
    @pytest.mark.parametrize("listed", [[], *[[str(action)] for action in Action], ["drop_everything", 1]])
    def test_an_own_role_may_what_it_lists_and_nothing_else(self, action: Action, listed: list[Any]) -> None:
        person = User(role=Role.AGENT, team_role=TeamRole(name="Own", actions=listed))
        assert may(person, action) is (listed == [str(action)] and action not in FOR_ADMINS)

    @pytest.mark.parametrize("action", list(Action))
    @pytest.mark.parametrize("role", list(Role))
    def test_a_built_in_role_may_what_its_row_lists(self, role: Role, action: Action) -> None:
        assert may(User(role=role), action) is (action in ROLE_MAY.get(role, frozenset()))

    @pytest.mark.parametrize("action", [*Action, "drop_everything", ""])
    def test_an_action_that_nobody_knows_is_refused(self, action: str) -> None:
        whole = [str(known) for known in Action] + ["drop_everything", ""]
        person = User(role=Role.AGENT, team_role=TeamRole(name="Own", actions=whole))
        assert may(person, action) is (action in set(Action) - FOR_ADMINS)

    def test_an_admin_stays_one(self) -> None:
        person = User(role=Role.ADMIN, team_role=TeamRole(name="Own", actions=[]))
        assert [action for action in Action if not may(person, action)] == []

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.STAFF, "owner"])
    def test_an_own_role_gives_nothing_outside_a_team(self, role: str) -> None:
        person = User(role=role, team_role=TeamRole(name="Own", actions=["use_inbox"]))
        assert may(person, Action.USE_INBOX) is False

    def test_without_access_it_gives_nothing(self) -> None:
        role = TeamRole(name="Own", actions=["use_inbox"])
        assert may(User(role=Role.AGENT, team_role=role, is_active=False), Action.USE_INBOX) is False

    def test_every_action_has_its_words(self) -> None:
        assert set(ACTION_WORDS) == set(Action)


class TestRights:
    def test_pages_open_and_close_with_it(
        self, client_for: ClientFor, charlie: User, alice_ws: Workspace, desk: TeamRole
    ) -> None:
        pages = ["/inbox/", "/settings/forms/", "/settings/api-keys/", "/settings/team/"]
        assert [client_for(charlie).get(page).status_code for page in pages] == [200, 403, 403, 403]
        users.change_role(charlie, Role.AGENT, team_role=desk)
        client = client_for(again(alice_ws, charlie))
        assert [client.get(page).status_code for page in pages] == [200, 200, 403, 403]

    @pytest.mark.usefixtures("warm")
    def test_it_costs_no_question_more(
        self, client_for: ClientFor, charlie: User, alice_ws: Workspace, desk: TeamRole
    ) -> None:
        counts = []
        for role in (None, desk):
            users.change_role(charlie, Role.AGENT, team_role=role)
            client = client_for(again(alice_ws, charlie))
            client.get("/inbox/")
            with CaptureQueriesContext(connection) as asked:
                client.get("/inbox/")
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_a_socket_knows_it_too(
        self, client_for: ClientFor, charlie: User, alice_ws: Workspace, desk: TeamRole
    ) -> None:
        users.change_role(charlie, Role.AGENT, team_role=desk)
        client = client_for(again(alice_ws, charlie))
        site = sites.resolve(world.ALICE_HOST)
        assert site is not None
        user = user_by_cookie(client.session.session_key, site=site)
        assert user is not None
        with CaptureQueriesContext(connection) as asked:
            assert may(user, Action.MANAGE_FORMS) is True
        assert len(asked) == 0


class TestAccess:
    def test_it_works(self, alice: User, desk: TeamRole) -> None:
        assert access_team_role(alice, desk.id) == desk

    def test_it_checks_permission(self, bob: User, charlie: User, desk: TeamRole) -> None:
        for asking in (bob, charlie):
            with pytest.raises(PermissionDenied):
                access_team_role(asking, desk.id)

    def test_other_workspace_gets_404(self, alice: User, theirs: TeamRole, in_alice: Place) -> None:
        with pytest.raises(Http404):
            access_team_role(alice, theirs.id)


class TestList:
    def test_it_works(self, client_for: ClientFor, alice: User, desk: TeamRole, theirs: TeamRole) -> None:
        page = client_for(alice).get(ROLES).content.decode()
        shown = [name for name in ("Front desk", "Admin", "Manager", "Agent", "Theirs") if name in page]
        assert shown == ["Front desk", "Admin", "Manager", "Agent"]
        assert "May use the inbox, manage web forms" in page

    @pytest.mark.parametrize("who", ["bob", "charlie"])
    def test_it_checks_permission(self, client_for: ClientFor, request: Any, who: str) -> None:
        assert client_for(request.getfixturevalue(who)).get(ROLES).status_code == 403

    @pytest.mark.usefixtures("warm")
    def test_a_longer_list_asks_no_more_questions(
        self, client_for: ClientFor, alice: User, in_alice: Place
    ) -> None:
        client, counts = client_for(alice), []
        client.get(ROLES)
        for number in (1, 3):
            for extra in range(number - TeamRole.objects.count()):
                roles.make_role(name=f"Role {number} {extra}", actions=[])
            with CaptureQueriesContext(connection) as asked:
                client.get(ROLES)
            counts.append(len(asked))
        assert counts == [6, 6]  # with the counts of the bell and of mail that is held back


class TestMake:
    def test_it_works(self, client_for: ClientFor, alice: User, alice_ws: Workspace) -> None:
        assert client_for(alice).post(NEW, DESK).headers["Location"] == ROLES
        with workspace(alice_ws):
            assert list(TeamRole.objects.values_list("name", "actions")) == [
                ("Front desk", ["use_inbox", "manage_forms"])
            ]

    def test_it_checks_permission(self, client_for: ClientFor, bob: User, alice_ws: Workspace) -> None:
        assert client_for(bob).post(NEW, DESK).status_code == 403
        with workspace(alice_ws):
            assert TeamRole.objects.count() == 0

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"name": ""}, "Give the role a name."),
            ({"name": "x" * 61}, "at most 60 characters"),
            ({"name": "ADMIN"}, "“ADMIN” is the name of a built-in role. Choose another one."),
            ({"name": "front  DESK"}, "There is a role called “front DESK” already."),
            ({"name": "a\0b"}, "Null characters are not allowed."),
            ({"actions": ["manage_team"]}, "Select a valid choice. manage_team is not one of"),
            ({"actions": ["drop_everything"]}, "Select a valid choice. drop_everything is not one of"),
        ],
    )
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, alice: User, desk: TeamRole, wrong: dict[str, Any], said: str
    ) -> None:
        page = client_for(alice).post(NEW, {"name": "Other", "actions": [], **wrong})
        assert page.status_code == 422
        assert said in page.content.decode()
        assert TeamRole.objects.count() == 1

    def test_nothing_else_can_be_written(self, client_for: ClientFor, alice: User, in_alice: Place) -> None:
        more = {"id": str(UUID(int=7)), "created_at": "2000-01-01", "people": str(alice.id)}
        client_for(alice).post(NEW, {**DESK, **more})
        made = TeamRole.objects.get()
        assert (made.id != UUID(int=7), made.created_at.year > 2000, made.people.count()) == (True, True, 0)

    def test_the_team_is_managed_by_admins_alone(self, in_alice: Place) -> None:
        with pytest.raises(ValidationError, match="Only admins manage the team"):
            roles.make_role(name="Boss", actions=["manage_team"])

    def test_there_are_not_too_many(self, in_alice: Place) -> None:
        for number in range(roles.MOST):
            roles.make_role(name=f"Role {number}", actions=[])
        with pytest.raises(ValidationError, match="There are 30 roles already"):
            roles.make_role(name="One more", actions=[])


class TestEdit:
    def test_other_rights_end_what_was_open(
        self, client_for: ClientFor, alice: User, charlie: User, alice_ws: Workspace, desk: TeamRole
    ) -> None:
        users.change_role(charlie, Role.AGENT, team_role=desk)
        client = client_for(again(alice_ws, charlie))
        client_for(alice).post(f"{ROLES}{desk.id}/", {"name": "Desk", "actions": DESK["actions"]})
        assert is_in(client)  # another name is no other right
        client_for(alice).post(f"{ROLES}{desk.id}/", {"name": "Desk", "actions": ["use_inbox"]})
        assert not is_in(client)
        assert again(alice_ws, charlie).role_name == "Desk"

    def test_it_checks_permission(self, client_for: ClientFor, bob: User, desk: TeamRole) -> None:
        assert client_for(bob).post(f"{ROLES}{desk.id}/", {"name": "Mine", "actions": []}).status_code == 403
        desk.refresh_from_db()
        assert desk.name == "Front desk"

    def test_other_workspace_gets_404(
        self, client_for: ClientFor, alice: User, theirs: TeamRole, mallory_ws: Workspace
    ) -> None:
        client = client_for(alice)
        for address in (f"{ROLES}{theirs.id}/", f"{ROLES}{theirs.id}/delete/"):
            answers = [client.get(address), client.post(address, DESK)]
            assert [answer.status_code for answer in answers] == [404, 404]
        with workspace(mallory_ws):
            assert TeamRole.objects.get().name == "Theirs"

    def test_bad_input_is_a_clear_error(self, client_for: ClientFor, alice: User, desk: TeamRole) -> None:
        page = client_for(alice).post(f"{ROLES}{desk.id}/", {"name": "Agent", "actions": []})
        assert (page.status_code, "is the name of a built-in role" in page.content.decode()) == (422, True)


class TestDelete:
    def test_its_people_fall_back(
        self, client_for: ClientFor, alice: User, charlie: User, alice_ws: Workspace, desk: TeamRole
    ) -> None:
        users.change_role(charlie, Role.AGENT, team_role=desk)
        theirs = client_for(again(alice_ws, charlie))
        sheet = client_for(alice).get(f"{ROLES}{desk.id}/delete/").content.decode()
        assert "1 person with this role becomes Agent and must sign in again." in sheet
        client_for(alice).post(f"{ROLES}{desk.id}/delete/")
        fallen = again(alice_ws, charlie)
        assert (fallen.role, fallen.team_role, is_in(theirs)) == ("agent", None, False)
        assert TeamRole.objects.count() == 0

    def test_it_checks_permission(self, client_for: ClientFor, bob: User, desk: TeamRole) -> None:
        assert client_for(bob).post(f"{ROLES}{desk.id}/delete/").status_code == 403
        assert TeamRole.objects.count() == 1


class TestGive:
    """A role of one's own where a role is given: inviting somebody, changing somebody's."""

    def test_it_works(
        self, client_for: ClientFor, alice: User, bob: User, alice_ws: Workspace, desk: TeamRole
    ) -> None:
        client = client_for(alice)
        client.post(f"/settings/team/{bob.id}/role/", {"role": str(desk.id)})
        invited = {"name": "Dora", "email": "dora@alice.test", "role": str(desk.id)}
        client.post("/settings/team/add/", invited)
        dora = User.objects.get(email="dora@alice.test")
        for person in (again(alice_ws, bob), again(alice_ws, dora)):
            assert (person.role, person.team_role) == ("agent", desk)

    def test_and_back_to_a_built_in_one(
        self, client_for: ClientFor, alice: User, bob: User, alice_ws: Workspace, desk: TeamRole
    ) -> None:
        client = client_for(alice)
        for value in (str(desk.id), "manager"):
            client.post(f"/settings/team/{bob.id}/role/", {"role": value})
        assert (again(alice_ws, bob).role, again(alice_ws, bob).team_role) == ("manager", None)

    def test_other_workspace_gets_an_error(
        self, client_for: ClientFor, alice: User, bob: User, alice_ws: Workspace, theirs: TeamRole
    ) -> None:
        client = client_for(alice)
        client.post(f"/settings/team/{bob.id}/role/", {"role": str(theirs.id)})
        assert (again(alice_ws, bob).role, again(alice_ws, bob).team_role) == ("manager", None)
        invited = {"name": "Dora", "email": "dora@alice.test", "role": str(theirs.id)}
        page = client.post("/settings/team/add/", invited)
        assert (page.status_code, "Select a valid choice." in page.content.decode()) == (422, True)

    def test_team_role_itself_cannot_be_sent(
        self, client_for: ClientFor, alice: User, bob: User, alice_ws: Workspace, desk: TeamRole
    ) -> None:
        sent = {"role": "agent", "team_role": str(desk.id), "team_role_id": str(desk.id)}
        client_for(alice).post(f"/settings/team/{bob.id}/role/", sent)
        assert again(alice_ws, bob).team_role is None

    def test_the_last_admin_keeps_being_one(self, alice: User, desk: TeamRole) -> None:
        with pytest.raises(ValidationError, match="Somebody has to be admin"):
            users.change_role(alice, Role.AGENT, team_role=desk)

    @pytest.mark.parametrize("role", [Role.ADMIN, Role.MANAGER])
    def test_nobody_has_two(self, bob: User, desk: TeamRole, role: Role) -> None:
        with pytest.raises(ValidationError, match="not both"):
            users.change_role(bob, role, team_role=desk)
