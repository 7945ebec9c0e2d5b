"""The team page: who is in, adding, changing roles, taking access away; and one's own profile."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.accounts.domain import users
from core.accounts.models import User
from core.api.domain.keys import make_key
from core.sending.models import Delivery
from tenants.context import workspace
from tenants.fields import NO_ADDRESS
from tenants.models import Workspace
from tests.core.accounts.test_users import plan

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
TEAM = "/settings/team/"
DORA = {"name": "Dora Dent", "email": "Dora@Alice.test", "role": "agent"}


def again(row: Workspace, user: User) -> User:
    with workspace(row):
        found: User = User.objects.get(id=user.id)
    return found


def notices(page: Any) -> list[str]:
    """What the page says happened."""
    return [str(message) for message in page.context["notices"]]


class TestList:
    def test_it_works(self, client_for: ClientFor, alice: User) -> None:
        page = client_for(alice).get(TEAM).content.decode()
        shown = [name for name in ("Alice Archer", "Bob Baker", "Charlie Cole", "Mallory") if name in page]
        assert shown == ["Alice Archer", "Bob Baker", "Charlie Cole"]

    @pytest.mark.parametrize("who", ["bob", "charlie"])
    def test_it_checks_permission(self, client_for: ClientFor, request: Any, who: str) -> None:
        assert client_for(request.getfixturevalue(who)).get(TEAM).status_code == 403

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_it_is_only_looked_at(self, client_for: ClientFor, alice: User, method: str) -> None:
        assert getattr(client_for(alice), method)(TEAM).status_code == 405

    @pytest.mark.usefixtures("warm")
    def test_a_longer_list_asks_no_more_questions(
        self, client_for: ClientFor, alice: User, alice_ws: Workspace
    ) -> None:
        client = client_for(alice)
        client.get(TEAM)
        counts = []
        for number in (3, 6):
            with workspace(alice_ws):
                have = User.objects.count()
                for extra in range(number - have):
                    User.objects.create(email=f"u{number}{extra}@alice.test", name="U", role="agent")
            with CaptureQueriesContext(connection) as asked:
                client.get(TEAM)
            counts.append(len(asked))
        assert counts == [6, 6]  # with the counts of the bell and of mail that is held back


class TestAdd:
    def test_it_works(self, client_for: ClientFor, alice: User, alice_ws: Workspace) -> None:
        assert client_for(alice).post(f"{TEAM}add/", DORA).headers["Location"] == TEAM
        with workspace(alice_ws):
            dora = User.objects.get(email="dora@alice.test")
            mail = Delivery.objects.get(to="dora@alice.test")
        assert (dora.name, dora.role, dora.has_usable_password()) == ("Dora Dent", "agent", False)
        assert mail.payload["subject"] == "Alice Archer invites you to Alice's"

    def test_the_sheet_is_told_where_to_go(self, client_for: ClientFor, alice: User) -> None:
        response = client_for(alice).post(f"{TEAM}add/", DORA, headers={"hx-request": "true"})
        assert (response.status_code, response.headers["HX-Redirect"]) == (204, TEAM)

    def test_it_checks_permission(self, client_for: ClientFor, bob: User, alice_ws: Workspace) -> None:
        assert client_for(bob).post(f"{TEAM}add/", DORA).status_code == 403
        with workspace(alice_ws):
            assert User.objects.count() == 3

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"email": "BOB@alice.test"}, "bob@alice.test already belongs to somebody here."),
            ({"email": "nonsense"}, NO_ADDRESS),
            ({"role": "operator"}, "Select a valid choice. operator is not one of the available choices."),
            ({"role": ""}, "Choose the role."),
            ({"name": "x" * 121}, "Ensure this value has at most 120 characters (it has 121)."),
            ({"name": "Win at www.evil.test"}, "A name cannot hold a link. Leave out “://” and “www.”."),
            ({"name": "a\0b"}, "Null characters are not allowed."),
            ({"email": "a\0@alice.test"}, "Null characters are not allowed."),
        ],
    )
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, alice: User, alice_ws: Workspace, wrong: dict[str, str], said: str
    ) -> None:
        page = client_for(alice).post(f"{TEAM}add/", {**DORA, **wrong})
        assert page.status_code == 422
        assert said in page.content.decode()
        with workspace(alice_ws):
            assert User.objects.count() == 3


class TestChange:
    def test_another_role(self, client_for: ClientFor, alice: User, bob: User, alice_ws: Workspace) -> None:
        client_for(alice).post(f"{TEAM}{bob.id}/role/", {"role": "agent"})
        assert again(alice_ws, bob).role == "agent"

    def test_no_access_and_back(
        self, client_for: ClientFor, alice: User, bob: User, alice_ws: Workspace
    ) -> None:
        client = client_for(alice)
        client.post(f"{TEAM}{bob.id}/access/")
        assert again(alice_ws, bob).is_active is False
        client.post(f"{TEAM}{bob.id}/access/")
        assert again(alice_ws, bob).is_active is True

    def test_it_says_first_what_happens(
        self, client_for: ClientFor, alice: User, bob: User, mallory: User, alice_ws: Workspace
    ) -> None:
        page = client_for(alice).get(f"{TEAM}{bob.id}/access/take/").content.decode()
        assert "1 person is signed out everywhere and cannot come back in; nothing is deleted." in page
        assert f'action="{TEAM}{bob.id}/access/"' in page
        assert again(alice_ws, bob).is_active is True
        assert client_for(bob).get(f"{TEAM}{alice.id}/access/take/").status_code == 403
        assert client_for(alice).get(f"{TEAM}{mallory.id}/access/take/").status_code == 404

    @pytest.mark.parametrize(
        ("count", "said"), [(1, "1 API key they made stops"), (2, "2 API keys they made stop")]
    )
    def test_it_says_which_keys_stop(
        self, client_for: ClientFor, alice: User, bob: User, alice_ws: Workspace, count: int, said: str
    ) -> None:
        page = f"{TEAM}{bob.id}/access/take/"
        assert "API key" not in client_for(alice).get(page).context["note"]
        with workspace(alice_ws):
            for number in range(count):
                make_key(name=f"Shop {number}", scopes=[], created_by=bob)
        assert client_for(alice).get(page).context["note"].endswith(f" {said} until then.")

    def test_a_full_plan_gives_nobody_back(
        self, client_for: ClientFor, alice: User, bob: User, alice_ws: Workspace
    ) -> None:
        with workspace(alice_ws):
            users.deactivate(bob)
        with plan(seats=0):
            page = client_for(alice).post(f"{TEAM}{bob.id}/access/", follow=True)
        assert notices(page) == [
            "Your plan has no free seat. Take somebody’s access away, or choose a larger plan."
        ]
        assert again(alice_ws, bob).is_active is False

    @pytest.mark.parametrize(("act", "form"), [("role", {"role": "agent"}), ("access", {})])
    def test_an_admin_always_remains(
        self, client_for: ClientFor, alice: User, alice_ws: Workspace, act: str, form: dict[str, str]
    ) -> None:
        page = client_for(alice).post(f"{TEAM}{alice.id}/{act}/", form, follow=True)
        assert "Somebody has to be admin." in page.content.decode()
        left = again(alice_ws, alice)
        assert (left.role, left.is_active) == ("admin", True)

    def test_choosing_a_role_is_for_whoever_may_give_one(
        self, client_for: ClientFor, alice: User, bob: User, mallory: User
    ) -> None:
        assert client_for(bob).get(f"{TEAM}{alice.id}/role/choose/").status_code == 403
        assert client_for(alice).get(f"{TEAM}{mallory.id}/role/choose/").status_code == 404
        assert client_for(alice).post(f"{TEAM}{bob.id}/role/choose/", {"role": "agent"}).status_code == 405

    @pytest.mark.parametrize("act", ["role", "access", "invite"])
    def test_it_checks_permission(
        self, client_for: ClientFor, bob: User, charlie: User, alice_ws: Workspace, act: str
    ) -> None:
        assert client_for(bob).post(f"{TEAM}{charlie.id}/{act}/", {"role": "admin"}).status_code == 403
        left = again(alice_ws, charlie)
        assert (left.role, left.is_active) == ("agent", True)

    @pytest.mark.parametrize("act", ["role", "access", "invite"])
    def test_other_workspace_gets_404(
        self, client_for: ClientFor, alice: User, mallory: User, mallory_ws: Workspace, act: str
    ) -> None:
        response = client_for(alice).post(f"{TEAM}{mallory.id}/{act}/", {"role": "agent"})
        assert response.status_code == 404
        left = again(mallory_ws, mallory)
        assert (left.role, left.is_active) == ("admin", True)

    @pytest.mark.parametrize("act", ["role", "access", "invite"])
    def test_a_link_changes_nothing(self, client_for: ClientFor, alice: User, bob: User, act: str) -> None:
        assert client_for(alice).get(f"{TEAM}{bob.id}/{act}/").status_code == 405

    @pytest.mark.parametrize("role", ["operator", "staff", "", "root"])
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, alice: User, bob: User, alice_ws: Workspace, role: str
    ) -> None:
        page = client_for(alice).post(f"{TEAM}{bob.id}/role/", {"role": role}, follow=True)
        assert "Choose one of the roles." in page.content.decode()
        assert again(alice_ws, bob).role == "manager"

    def test_an_invitation_once_more(
        self, client_for: ClientFor, alice: User, bob: User, alice_ws: Workspace
    ) -> None:
        client = client_for(alice)
        client.post(f"{TEAM}add/", DORA)
        with workspace(alice_ws):
            dora = User.objects.get(email="dora@alice.test")
        client.post(f"{TEAM}{dora.id}/invite/")
        client.post(f"{TEAM}{bob.id}/invite/")  # has long come in
        with workspace(alice_ws):
            assert list(Delivery.objects.values_list("to", flat=True)) == ["dora@alice.test"] * 2

    def test_five_invitations_an_hour(self, client_for: ClientFor, alice: User, alice_ws: Workspace) -> None:
        client = client_for(alice)
        client.post(f"{TEAM}add/", DORA)
        with workspace(alice_ws):
            dora = User.objects.get(email="dora@alice.test")
        said = [notices(client.post(f"{TEAM}{dora.id}/invite/", follow=True))[-1] for _ in range(5)]
        assert said[:4] == ["Dora Dent gets another mail with a link to come in."] * 4
        assert said[4].startswith("dora@alice.test was sent 5 invitations within an hour. Wait ")
        with workspace(alice_ws):
            assert Delivery.objects.count() == 5


class TestProfile:
    def test_it_works(self, client_for: ClientFor, charlie: User, alice_ws: Workspace) -> None:
        client_for(charlie).post("/account/profile/", {"name": "Charles Cole"})
        assert again(alice_ws, charlie).name == "Charles Cole"

    def test_it_writes_nothing_else(self, client_for: ClientFor, charlie: User, alice_ws: Workspace) -> None:
        more = {
            "role": "admin",
            "email": "x@x.test",
            "is_active": "0",
            "id": str(charlie.id),
            "password": "x",
        }
        client_for(charlie).post("/account/profile/", {"name": "Charlie", **more})
        left = again(alice_ws, charlie)
        assert (left.role, left.email, left.is_active, left.password) == (
            "agent",
            "charlie@alice.test",
            True,
            charlie.password,
        )

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("", "Please tell us your name."),
            (" ", "Please tell us your name."),
            ("a http://evil.test", "A name cannot hold a link. Leave out “://” and “www.”."),
            ("x" * 121, "Ensure this value has at most 120 characters (it has 121)."),
            ("a\0b", "Null characters are not allowed."),
        ],
    )
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, charlie: User, alice_ws: Workspace, name: str, said: str
    ) -> None:
        page = client_for(charlie).post("/account/profile/", {"name": name})
        assert (page.status_code, page.context["form"].errors) == (422, {"name": [said]})
        assert said in page.content.decode()
        assert again(alice_ws, charlie).name == "Charlie Cole"
