"""A reseller's own people: the list, a new colleague, and who may do which act."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.test import Client

from core.accounts.models import User
from core.sending.models import Delivery
from tenants.console.access import OPERATORS_MAY
from tenants.console.rules import STAFF_MAY, ConsoleAction, staff_may
from tenants.context import platform
from tenants.models import Staff
from tests import world

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
ROB = {"name": "Rob", "email": "Rob@Rosa.test", "role": "admin"}


def staff(slug: str) -> list[tuple[str, str]]:
    with platform():
        rows = Staff.objects.filter(reseller__slug=slug).order_by("created_at")
        return list(rows.values_list("user__email", "role"))


class TestTable:
    def test_it_is_exactly_this(self) -> None:
        """Written out, so that a change of rights is seen by whoever reads the change."""
        admin = {"see_workspaces", "create_workspaces", "suspend_workspaces", "edit_brand", "see_staff"}
        assert {str(role): {str(action) for action in may} for role, may in STAFF_MAY.items()} == {
            "owner": admin | {"manage_staff"},
            "admin": admin,
            "billing": {"see_workspaces", "see_staff"},
        }
        assert {str(action) for action in OPERATORS_MAY} == {"see_workspaces", "suspend_workspaces"}

    @pytest.mark.parametrize("role", ["", "operator", "OWNER", "agent"])
    def test_unlisted_roles_may_nothing(self, role: str) -> None:
        assert [action for action in ConsoleAction if staff_may(role, action)] == []


class TestList:
    def test_it_works(self, client_for: ClientFor, rosa: User) -> None:
        page = client_for(rosa).get("/staff/").content.decode()
        assert "rosa@rosa.test" in page
        assert "rita@rita.test" not in page

    def test_who_may_see_but_not_add(self, client_for: ClientFor, rosa: User) -> None:
        with platform():
            Staff.objects.filter(user_id=rosa.id).update(role="admin")
        client = client_for(rosa)
        assert "/staff/new/" not in client.get("/staff/").content.decode()
        assert client.post("/staff/new/", ROB).status_code == 403
        assert staff("rosa") == [("rosa@rosa.test", "admin")]


class TestNew:
    def test_it_works(self, client_for: ClientFor, rosa: User) -> None:
        assert client_for(rosa).post("/staff/new/", ROB).headers["Location"] == "/staff/"
        assert staff("rosa") == [("rosa@rosa.test", "owner"), ("rob@rosa.test", "admin")]
        assert staff("rita") == [("rita@rita.test", "owner")]
        with platform():
            mail = Delivery.objects.get()
        assert mail.payload["subject"] == "Rosa invites you to Rosa's"
        assert "http://rosa.test:8000/account/welcome/" in mail.payload["text"]

    def test_a_colleague_of_two_resellers(self, client_for: ClientFor, rosa: User, rita: User) -> None:
        client_for(rosa).post("/staff/new/", {**ROB, "email": rita.email})
        assert staff("rosa")[1:] == [("rita@rita.test", "admin")]
        visitor = Client(HTTP_HOST=world.ROSA_HOST)
        form = {"login": rita.email, "password": world.PASSWORD}
        assert visitor.post("/account/login/", form).headers["Location"] == "/"

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"email": "rosa@rosa.test"}, "rosa@rosa.test is already on the staff."),
            ({"email": "nonsense"}, "Enter a valid email address."),
            ({"role": "operator"}, "Select a valid choice."),
            ({"name": ""}, "This field is required."),
        ],
    )
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, rosa: User, wrong: dict[str, str], said: str
    ) -> None:
        page = client_for(rosa).post("/staff/new/", {**ROB, **wrong})
        assert page.status_code == 200
        assert said in page.content.decode()
        assert staff("rosa") == [("rosa@rosa.test", "owner")]


def test_guards_ask_for_known_acts_only() -> None:
    from tenants.console import access

    def view(request: HttpRequest) -> None: ...

    for guard in (access.console, access.reseller_staff):
        with pytest.raises(ValueError, match="steal"):
            guard("steal")
