"""Roles of a reseller's staff: what each may do is read from the table, and changing one keeps an owner."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.accounts.models import User
from tenants import audit
from tenants.console.rules import SAYS, ConsoleAction
from tenants.context import platform
from tenants.models import Reseller, Staff
from tests.tenants.console.test_staff import asked_with_staff

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]


@pytest.fixture
def row(rosa: User) -> Staff:
    with platform():
        return Staff.objects.select_related("user").get(user_id=rosa.id)


@pytest.fixture
def colleague(rosa: User) -> Staff:
    """An admin beside Rosa, who has accepted."""
    with platform():
        reseller = Reseller.objects.get(slug="rosa")
        user = User.objects.create(email="ron@rosa.test", name="Ron", role="staff", password="!")
        accepted = Staff.objects.get(user_id=rosa.id).accepted_at
        return Staff.objects.create(user=user, reseller=reseller, role="admin", accepted_at=accepted)


def role_of(staff: Staff) -> str:
    with platform():
        return Staff.objects.get(id=staff.id).role


class TestTable:
    def test_every_action_is_said(self) -> None:
        assert set(SAYS) == set(ConsoleAction)

    @pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
    def test_it_is_read_from_the_rules(
        self, client_for: ClientFor, rosa: User, headers: dict[str, str]
    ) -> None:
        page = client_for(rosa).get("/staff/roles/", headers=headers)
        shown = {role.value: len(role.may) for role in page.context["roles"]}
        assert shown == {
            "owner": len(ConsoleAction),
            "admin": len(ConsoleAction) - 1,
            "billing": 3,
            "support": 2,
        }
        assert ("<html" in page.content.decode()) is (not headers)

    def test_it_checks_permission(self, client_for: ClientFor, rosa: User, row: Staff) -> None:
        with platform():
            Staff.objects.filter(id=row.id).update(role="support")
        assert client_for(rosa).get("/staff/roles/").status_code == 403


class TestChange:
    def test_it_works(
        self, client_for: ClientFor, rosa: User, colleague: Staff, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        acts: list[audit.Act] = []
        monkeypatch.setattr(audit, "_recorders", [acts.append])
        page = client_for(rosa).post(f"/staff/{colleague.id}/role/", {"role": "support"}, follow=True)
        assert [str(one) for one in page.context["notices"]] == ["ron@rosa.test is Support now."]
        assert role_of(colleague) == "support"
        detail = {"reseller": colleague.reseller_id, "from": "admin", "to": "support"}
        assert [(act.action, act.target, act.label, dict(act.detail)) for act in acts] == [
            ("staff.change_role", str(colleague.id), "ron@rosa.test", detail)
        ]

    def test_it_counts_from_the_next_click_on(
        self, client_for: ClientFor, rosa: User, colleague: Staff
    ) -> None:
        ron = client_for(colleague.user, host="rosa.test")
        assert ron.get("/workspaces/new/").status_code == 200
        client_for(rosa).post(f"/staff/{colleague.id}/role/", {"role": "support"})
        assert (ron.get("/workspaces/new/").status_code, ron.get("/workspaces/").status_code) == (403, 200)

    def test_the_form_shows_what_each_may(self, client_for: ClientFor, rosa: User, colleague: Staff) -> None:
        part = (
            client_for(rosa)
            .get(f"/staff/{colleague.id}/role/", headers={"hx-request": "true"})
            .content.decode()
        )
        assert ('value="admin" checked' in part, "Read the log" in part, "<html" in part) == (
            True,
            True,
            False,
        )

    def test_the_last_owner_stays(
        self, client_for: ClientFor, rosa: User, row: Staff, colleague: Staff
    ) -> None:
        page = client_for(rosa).post(f"/staff/{row.id}/role/", {"role": "admin"})
        said = "The last owner stays owner. Make somebody else owner first."
        assert (page.status_code, said in page.content.decode(), role_of(row)) == (422, True, "owner")

    @pytest.mark.parametrize("invited", [True, False])
    def test_one_who_cannot_come_in_is_no_other_owner(
        self, client_for: ClientFor, rosa: User, row: Staff, colleague: Staff, invited: bool
    ) -> None:
        with platform():
            Staff.objects.filter(id=colleague.id).update(role="owner")
            if invited:
                Staff.objects.filter(id=colleague.id).update(accepted_at=None)
            else:
                User.objects.filter(id=colleague.user_id).update(is_active=False)
        page = client_for(rosa).post(f"/staff/{row.id}/role/", {"role": "billing"})
        assert (page.status_code, role_of(row)) == (422, "owner")

    def test_one_of_two_owners_may_step_down(
        self, client_for: ClientFor, rosa: User, row: Staff, colleague: Staff
    ) -> None:
        client = client_for(rosa)
        client.post(f"/staff/{colleague.id}/role/", {"role": "owner"})
        client.post(f"/staff/{row.id}/role/", {"role": "billing"})
        assert (role_of(colleague), role_of(row)) == ("owner", "billing")

    @pytest.mark.parametrize("role", ["", "operator", "OWNER", "\0"])
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, rosa: User, colleague: Staff, role: str
    ) -> None:
        page = client_for(rosa).post(f"/staff/{colleague.id}/role/", {"role": role})
        assert (page.status_code, 'role="alert"' in page.content.decode()) == (422, True)
        assert role_of(colleague) == "admin"

    @pytest.mark.parametrize("mine", ["admin", "billing", "support"])
    def test_it_checks_permission(
        self, client_for: ClientFor, rosa: User, row: Staff, colleague: Staff, mine: str
    ) -> None:
        with platform():
            Staff.objects.filter(id=row.id).update(role=mine)
        for method in ("get", "post"):
            response = getattr(client_for(rosa), method)(f"/staff/{colleague.id}/role/", {"role": "owner"})
            assert response.status_code == 403
        assert role_of(colleague) == "admin"

    def test_other_resellers_get_404(self, client_for: ClientFor, rita: User, colleague: Staff) -> None:
        response = client_for(rita).post(f"/staff/{colleague.id}/role/", {"role": "owner"})
        assert (response.status_code, role_of(colleague)) == (404, "admin")


@pytest.mark.usefixtures("warm")
def test_more_staff_asks_no_more_questions(client_for: ClientFor, rosa: User) -> None:
    client = client_for(rosa)
    client.get("/staff/")
    assert [asked_with_staff(client, "/staff/", number) for number in (2, 4)] == [7, 7]
