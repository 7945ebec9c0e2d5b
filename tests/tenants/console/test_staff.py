"""A reseller's own people: the list, somebody new, an invitation once more, and who may do which act."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.accounts.domain import users
from core.accounts.models import User
from core.sending.models import Delivery
from tenants.console import access
from tenants.console.access import OPERATORS_MAY
from tenants.console.rules import STAFF_MAY, ConsoleAction, staff_may
from tenants.context import platform
from tenants.fields import NO_ADDRESS
from tenants.models import Reseller, Staff
from tenants.sites import resolve
from tests import world

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
LINKS = "A name cannot hold a link. Leave out “://” and “www.”."
ROB = {"name": "Rob", "email": "Rob@Rosa.test", "role": "admin"}


def staff(slug: str) -> list[tuple[str, str]]:
    with platform():
        rows = Staff.objects.filter(reseller__slug=slug).order_by("created_at")
        return list(rows.values_list("user__email", "role"))


class TestTable:
    def test_it_is_exactly_this(self) -> None:
        """Written out, so that a change of rights is seen by whoever reads the change."""
        admin = {
            "see_workspaces", "create_workspaces", "suspend_workspaces", "mark_payments",
            "archive_workspaces", "move_workspaces", "enter_workspaces", "manage_starters", "see_log",
            "edit_brand", "see_staff", "export_workspaces", "import_workspaces",
        }  # fmt: skip
        assert {str(role): {str(action) for action in may} for role, may in STAFF_MAY.items()} == {
            "owner": admin | {"manage_staff"},
            "admin": admin,
            "billing": {"see_workspaces", "mark_payments", "see_staff"},
            "support": {"see_workspaces", "enter_workspaces"},
        }
        assert {str(action) for action in OPERATORS_MAY} == {
            "see_workspaces", "suspend_workspaces", "mark_payments", "archive_workspaces",
            "move_workspaces", "enter_workspaces", "see_log", "export_workspaces",
        }  # fmt: skip

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
        assert [asked_with_staff(client, "/staff/", number) for number in (2, 4)] == [7, 7]

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
        assert notices(page) == ["We sent an invitation to rob@rosa.test."]
        assert staff("rosa") == [("rosa@rosa.test", "owner"), ("rob@rosa.test", "admin")]
        assert staff("rita") == [("rita@rita.test", "owner")]
        with platform():
            mail = Delivery.objects.get()
        assert mail.payload["subject"] == "Rosa invites you to Rosa's"
        assert "http://rosa.test:8000/account/join/" in mail.payload["text"]

    def test_nobody_learns_who_has_an_account(
        self, client_for: ClientFor, rosa: User, rita: User, olga: User
    ) -> None:
        """Unknown, another reseller's, an operator's or closed: answer, list and mail are the same."""
        with platform():
            closed = users.create_user(
                email="cleo@cleo.test", name="Cleo", role="staff", password=world.PASSWORD
            )
            users.deactivate(closed)
        client, seen = client_for(rosa), []
        for email in ("new@new.test", rita.email, olga.email, closed.email):
            page = client.post("/staff/new/", {**ROB, "email": email}, follow=True)
            said, row = notices(page), row_of(page, email)
            seen.append((said, row))
        assert {(said[0].replace(email_in(said[0]), "@"), row) for said, row in seen} == {
            ("We sent an invitation to @.", seen[0][1])
        }
        assert [name in seen[0][1] for name in ("Rob", "Invited", "Send again")] == [True] * 3
        with platform():
            mails = list(Delivery.objects.order_by("id"))
            assert not Staff.objects.accepted().exclude(user__in=[rosa, rita]).exists()
        assert [mail.to for mail in mails] == ["new@new.test", rita.email, olga.email]
        assert {mail.payload["subject"] for mail in mails} == {"Rosa invites you to Rosa's"}
        assert len({without_links(mail) for mail in mails}) == 1

    def test_a_row_that_waits_gives_no_right(self, client_for: ClientFor, rosa: User, rita: User) -> None:
        client_for(rosa).post("/staff/new/", {**ROB, "email": rita.email, "role": "owner"})
        assert client_for(rita, host=world.ROSA_HOST).get("/staff/").status_code == 302
        form = {"login": rita.email, "password": world.PASSWORD}
        assert Client(HTTP_HOST=world.ROSA_HOST).post("/account/login/", form).status_code == 422
        figures = client_for(rosa).get("/").context["figures"]
        assert [figure.value for figure in figures if figure.label == "Staff"] == [1]

    def test_a_guard_asks_for_accepted_rows(self, rosa: User, rita: User, rf: Any) -> None:
        """Even if somebody were signed in already."""
        site = resolve(world.ROSA_HOST)
        with platform():
            row = Reseller.objects.get(slug="rosa")
            Staff.objects.create(user=rita, reseller=row, role="owner")
            request = rf.get("/")
            request.user, request.__dict__["site"] = rita, site
            assert access.staff_of(request) is None

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"email": "rosa@rosa.test"}, "rosa@rosa.test is already on the staff, or invited."),
            ({"email": "nonsense"}, NO_ADDRESS),
            ({"role": "operator"}, "Select a valid choice."),
            ({"role": ""}, "Choose a role. What each may do stands below."),
            ({"name": ""}, "Type the name."),
            ({"name": "See https://evil.test"}, LINKS),
            ({"name": "WWW.evil.test"}, LINKS),
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
    @pytest.mark.parametrize("who", ["new@new.test", "rita@rita.test", "cleo@cleo.test"])
    def test_five_an_hour(self, client_for: ClientFor, rosa: User, who: str) -> None:
        """The same for every address, also for one that gets no mail at all."""
        with platform():
            users.deactivate(users.create_user(email="cleo@cleo.test", name="Cleo", role="staff"))
        client = client_for(rosa)
        client.post("/staff/new/", {**ROB, "email": who})
        with platform():
            row = Staff.objects.get(user__email=who, reseller__slug="rosa")
        said = [notices(client.post(f"/staff/{row.id}/invite/", follow=True))[-1] for _ in range(5)]
        assert said[:4] == [f"We sent another invitation to {who}."] * 4
        assert said[4].startswith(f"{who} was sent 5 invitations within an hour. Wait ")
        with platform():
            assert Delivery.objects.count() == (0 if who == "cleo@cleo.test" else 5)

    def test_it_works(self, client_for: ClientFor, rosa: User) -> None:
        client, rob = client_for(rosa), invited(client_for(rosa))
        assert f"/staff/{rob.id}/invite/" in client.get("/staff/").content.decode()
        page = client.post(f"/staff/{rob.id}/invite/", follow=True)
        assert notices(page)[-1] == "We sent another invitation to rob@rosa.test."
        with platform():
            mails = list(Delivery.objects.order_by("id"))
        assert [mail.to for mail in mails] == ["rob@rosa.test"] * 2
        assert "http://rosa.test:8000/account/join/" in mails[1].payload["text"]

    def test_who_has_accepted_has_no_invitation(self, client_for: ClientFor, rosa: User) -> None:
        client, rob = client_for(rosa), invited(client_for(rosa))
        with platform():
            Staff.objects.filter(id=rob.id).update(accepted_at=timezone.now())
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


class TestRemove:
    def test_it_works(self, client_for: ClientFor, rosa: User, rita: User) -> None:
        with platform():
            row = accepted(rita, "rosa")
        rita_here = client_for(rita, host=world.ROSA_HOST)
        assert rita_here.get("/staff/").status_code == 200
        url = f"/staff/{row.id}/remove/"
        client = client_for(rosa)
        sheet = client.get(url, headers={"hx-request": "true"}).content.decode()
        assert "They are signed out of this console at once and cannot sign in here again." in sheet
        assert staff("rosa")[1:] == [("rita@rita.test", "admin")]
        page = client.post(url, follow=True)
        assert notices(page) == ["rita@rita.test is not on the staff any more."]
        assert (staff("rosa"), staff("rita")) == (
            [("rosa@rosa.test", "owner")],
            [("rita@rita.test", "owner")],
        )
        assert rita_here.get("/staff/").status_code == 302
        assert client_for(rita).get("/staff/").status_code == 200

    def test_an_open_invitation_too(self, client_for: ClientFor, rosa: User) -> None:
        client, rob = client_for(rosa), invited(client_for(rosa))
        assert "Their invitation stops working." in client.get(f"/staff/{rob.id}/remove/").content.decode()
        client.post(f"/staff/{rob.id}/remove/")
        assert staff("rosa") == [("rosa@rosa.test", "owner")]

    def test_the_last_owner_stays(self, client_for: ClientFor, rosa: User, rita: User) -> None:
        """Another who is only invited, closed or no owner does not count."""
        client_for(rosa).post("/staff/new/", {**ROB, "role": "owner"})
        with platform():
            accepted(rita, "rosa")
            closed = users.create_user(email="cleo@cleo.test", name="Cleo", role="staff")
            users.deactivate(closed)
            accepted(closed, "rosa", role="owner")
            own = Staff.objects.get(user_id=rosa.id)
        page = client_for(rosa).post(f"/staff/{own.id}/remove/", follow=True)
        assert notices(page) == ["The last owner cannot be removed. Make somebody else owner first."]
        assert ("rosa@rosa.test", "owner") in staff("rosa")

    def test_one_of_two_owners_may_go(self, client_for: ClientFor, rosa: User, rita: User) -> None:
        with platform():
            accepted(rita, "rosa", role="owner")
            own = Staff.objects.get(user_id=rosa.id)
        client_for(rosa).post(f"/staff/{own.id}/remove/")
        assert staff("rosa") == [("rita@rita.test", "owner")]

    def test_it_checks_permission(self, client_for: ClientFor, rosa: User, rita: User) -> None:
        with platform():
            row = accepted(rita, "rosa")
            Staff.objects.filter(user_id=rosa.id).update(role="admin")
        client = client_for(rosa)
        assert [client.get(f"/staff/{row.id}/remove/").status_code] == [403]
        assert client.post(f"/staff/{row.id}/remove/").status_code == 403
        assert len(staff("rosa")) == 2

    def test_other_resellers_get_404(self, client_for: ClientFor, rosa: User, rita: User) -> None:
        rob = invited(client_for(rosa))
        assert client_for(rita).post(f"/staff/{rob.id}/remove/").status_code == 404
        assert len(staff("rosa")) == 2


def accepted(user: User, slug: str, *, role: str = "admin") -> Staff:
    row = Reseller.objects.get(slug=slug)
    return Staff.objects.create(user=user, reseller=row, role=role, accepted_at=timezone.now())


def row_of(page: Any, email: str) -> str:
    """The list's row of somebody, without what is theirs by address or key."""
    rows = [row for row in page.content.decode().split("<li>") if email in row]
    return re.sub(
        r"/staff/[0-9a-f-]+/|name=\"csrfmiddlewaretoken\" value=\"\w+\"", "", rows[-1].split("</li>")[0]
    ).replace(email, "@")


def email_in(text: str) -> str:
    return text.rsplit(maxsplit=1)[-1].removesuffix(".")


def without_links(mail: Delivery) -> tuple[str, str]:
    """What a mail says, without its token and its recipient."""
    words = (mail.payload["text"], mail.payload["html"])
    text, html = (re.sub(r"/account/join/[^/]+/", "LINK", word).replace(mail.to, "@") for word in words)
    return text, html


def invited(client: Client) -> Staff:
    """Rob, who has not come in yet."""
    client.post("/staff/new/", ROB)
    with platform():
        return Staff.objects.get(user__email="rob@rosa.test")


def notices(page: Any) -> list[str]:
    """What the page says happened."""
    return [str(message) for message in page.context["notices"]]


def asked_with_staff(client: Client, url: str, number: int) -> int:
    """How many queries a page takes when Rosa's has so many people, one of them invited and not in yet."""
    with platform():
        rosa = Reseller.objects.get(slug="rosa")
        for extra in range(number - Staff.objects.filter(reseller=rosa).count()):
            user = User.objects.create(
                email=f"u{number}-{extra}@rosa.test", name="U", role="staff", password="!"
            )
            Staff.objects.create(
                user=user, reseller=rosa, role="admin", accepted_at=timezone.now() if extra % 2 else None
            )
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    return len(asked)


def test_guards_ask_for_known_acts_only() -> None:
    def view(request: HttpRequest) -> None: ...

    for guard in (access.console, access.reseller_staff):
        with pytest.raises(ValueError, match="steal"):
            guard("steal")
