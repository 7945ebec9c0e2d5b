"""A reseller's own people: the list, somebody new, an invitation once more, and who may do which act."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.accounts.domain import users
from core.accounts.models import User
from core.sending.models import Delivery
from tenants.console.access import OPERATORS_MAY
from tenants.console.rules import STAFF_MAY, ConsoleAction, staff_may
from tenants.context import platform
from tenants.fields import NO_ADDRESS
from tenants.models import Reseller, Staff
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

    @pytest.mark.usefixtures("warm")
    def test_a_longer_list_asks_no_more_questions(self, client_for: ClientFor, rosa: User) -> None:
        client = client_for(rosa)
        client.get("/staff/")
        assert [asked_with_staff(client, "/staff/", number) for number in (1, 3)] == [6, 6]

    def test_who_may_see_but_not_add(self, client_for: ClientFor, rosa: User) -> None:
        with platform():
            Staff.objects.filter(user_id=rosa.id).update(role="admin")
        client = client_for(rosa)
        assert "/staff/new/" not in client.get("/staff/").content.decode()
        assert client.post("/staff/new/", ROB).status_code == 403
        assert staff("rosa") == [("rosa@rosa.test", "admin")]


class TestNew:
    def test_it_works(self, client_for: ClientFor, rosa: User) -> None:
        page = client_for(rosa).post("/staff/new/", ROB, follow=True)
        assert page.redirect_chain == [("/staff/", 302)]
        assert notices(page) == ["Rob is on the staff and gets a mail with a link to come in."]
        assert staff("rosa") == [("rosa@rosa.test", "owner"), ("rob@rosa.test", "admin")]
        assert staff("rita") == [("rita@rita.test", "owner")]
        with platform():
            mail = Delivery.objects.get()
        assert mail.payload["subject"] == "Rosa invites you to Rosa's"
        assert "http://rosa.test:8000/account/welcome/" in mail.payload["text"]

    def test_somebody_of_two_resellers(self, client_for: ClientFor, rosa: User, rita: User) -> None:
        """Rita has an account and a password: she is told where, and given no link to choose another."""
        page = client_for(rosa).post("/staff/new/", {**ROB, "email": rita.email}, follow=True)
        assert staff("rosa")[1:] == [("rita@rita.test", "admin")]
        assert notices(page) == [
            "Rita is on the staff and gets a mail with the console’s address, "
            "where they sign in with the account they have."
        ]
        with platform():
            mail = Delivery.objects.get()
        assert (mail.to, mail.payload["subject"]) == ("rita@rita.test", "Rosa has added you to Rosa's")
        assert "http://rosa.test:8000\n" in mail.payload["text"]
        assert "welcome" not in mail.payload["text"] + mail.payload["html"]
        visitor = Client(HTTP_HOST=world.ROSA_HOST)
        form = {"login": rita.email, "password": world.PASSWORD}
        assert visitor.post("/account/login/", form).headers["Location"] == "/"

    def test_whoever_waits_for_another_reseller_is_invited_here_too(
        self, client_for: ClientFor, rosa: User, rita: User, mails: Callable[[str], list[Delivery]]
    ) -> None:
        client_for(rita).post("/staff/new/", ROB)
        page = client_for(rosa).post("/staff/new/", ROB, follow=True)
        assert notices(page) == ["Rob is on the staff and gets a mail with a link to come in."]
        texts = [mail.payload["text"] for mail in mails(world.ROSA_HOST)]
        hosts = [host for text in texts for host in re.findall(r"http://(\S+):8000/account/welcome/", text)]
        assert hosts == ["rita.test", "rosa.test"]

    def test_nobody_without_access_is_added(self, client_for: ClientFor, rosa: User, rita: User) -> None:
        with platform():
            users.deactivate(rita)
        page = client_for(rosa).post("/staff/new/", {**ROB, "email": rita.email})
        said = (
            "The account of rita@rita.test is closed, so it cannot be added. Use another address,"
            " or ask the operators of the platform to open it again."
        )
        assert (page.status_code, page.context["form"].errors) == (422, {"email": [said]})
        assert staff("rosa") == [("rosa@rosa.test", "owner")]
        with platform():
            assert not Delivery.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"email": "rosa@rosa.test"}, "rosa@rosa.test is already on the staff."),
            ({"email": "nonsense"}, NO_ADDRESS),
            ({"role": "operator"}, "Select a valid choice."),
            ({"name": ""}, "This field is required."),
        ],
    )
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, rosa: User, wrong: dict[str, str], said: str
    ) -> None:
        page = client_for(rosa).post("/staff/new/", {**ROB, **wrong})
        assert page.status_code == 422
        assert said in page.content.decode()
        assert staff("rosa") == [("rosa@rosa.test", "owner")]


class TestResend:
    def test_it_works(self, client_for: ClientFor, rosa: User) -> None:
        client, rob = client_for(rosa), invited(client_for(rosa))
        assert f"/staff/{rob.id}/invite/" in client.get("/staff/").content.decode()
        page = client.post(f"/staff/{rob.id}/invite/", follow=True)
        assert notices(page)[-1] == "Rob gets another mail with a link to come in."
        with platform():
            mails = list(Delivery.objects.order_by("id"))
        assert [mail.to for mail in mails] == ["rob@rosa.test"] * 2
        assert "http://rosa.test:8000/account/welcome/" in mails[1].payload["text"]

    @pytest.mark.parametrize("change", [{"password": "md5$a$b"}, {"is_active": False}])
    def test_nobody_else_has_an_invitation(
        self, client_for: ClientFor, rosa: User, change: dict[str, Any]
    ) -> None:
        client, rob = client_for(rosa), invited(client_for(rosa))
        with platform():
            User.objects.filter(id=rob.user_id).update(**change)
        assert f"/staff/{rob.id}/invite/" not in client.get("/staff/").content.decode()
        page = client.post(f"/staff/{rob.id}/invite/", follow=True)
        assert notices(page)[-1] == "Rob has no open invitation."
        with platform():
            assert Delivery.objects.count() == 1

    def test_it_checks_permission(self, client_for: ClientFor, rosa: User) -> None:
        rob = invited(client_for(rosa))
        with platform():
            Staff.objects.filter(user_id=rosa.id).update(role="admin")
        client = client_for(rosa)
        assert f"/staff/{rob.id}/invite/" not in client.get("/staff/").content.decode()
        assert client.post(f"/staff/{rob.id}/invite/").status_code == 403
        with platform():
            assert Delivery.objects.count() == 1

    def test_other_resellers_get_404(self, client_for: ClientFor, rosa: User, rita: User) -> None:
        rob = invited(client_for(rosa))
        assert client_for(rita).post(f"/staff/{rob.id}/invite/").status_code == 404
        with platform():
            assert Delivery.objects.count() == 1

    def test_a_link_changes_nothing(self, client_for: ClientFor, rosa: User) -> None:
        rob = invited(client_for(rosa))
        assert client_for(rosa).get(f"/staff/{rob.id}/invite/").status_code == 405


def invited(client: Client) -> Staff:
    """Rob, who has not come in yet."""
    client.post("/staff/new/", ROB)
    with platform():
        return Staff.objects.get(user__email="rob@rosa.test")


def notices(page: Any) -> list[str]:
    """What the page says happened."""
    return [str(message) for message in page.context["notices"]]


def asked_with_staff(client: Client, url: str, number: int) -> int:
    """How many queries a page takes when Rosa's has so many people."""
    with platform():
        rosa = Reseller.objects.get(slug="rosa")
        for extra in range(number - Staff.objects.filter(reseller=rosa).count()):
            user = User.objects.create(email=f"u{extra}@rosa.test", name="U", role="staff", password="!")
            Staff.objects.create(user=user, reseller=rosa, role="admin")
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    return len(asked)


def test_guards_ask_for_known_acts_only() -> None:
    from tenants.console import access

    def view(request: HttpRequest) -> None: ...

    for guard in (access.console, access.reseller_staff):
        with pytest.raises(ValueError, match="steal"):
            guard("steal")
