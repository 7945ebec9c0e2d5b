"""The operators' site: resellers, a new one with its owner, the state of the ground; nobody else gets in."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.accounts.models import User
from core.sending.models import Delivery
from tenants.context import platform
from tenants.models import Domain, Reseller, Staff
from tests import world

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
NEW = "/resellers/new/"
POLAR = {
    "name": "Polar CRM",
    "slug": "polar",
    "host": "Console.Polar.test",
    "owner_name": "Paula",
    "owner_email": "Paula@Polar.test",
}


def resellers() -> list[str]:
    with platform():
        return list(Reseller.objects.order_by("slug").values_list("slug", flat=True))


class TestResellers:
    @pytest.mark.parametrize("path", ["/", "/resellers/", "/workspaces/", "/system/"])
    def test_it_works(self, client_for: ClientFor, olga: User, path: str) -> None:
        assert client_for(olga).get(path).status_code == 200

    @pytest.mark.usefixtures("warm")
    def test_a_longer_list_asks_no_more_questions(self, client_for: ClientFor, olga: User) -> None:
        client = client_for(olga)
        client.get("/resellers/")
        counts = []
        for number in (0, 2):
            with platform():
                for index in range(number):
                    row = Reseller.objects.create(name=f"R{index}", slug=f"r{index}")
                    Domain.objects.create(host=f"r{index}.test", kind="reseller", reseller=row)
            with CaptureQueriesContext(connection) as asked:
                client.get("/resellers/")
            counts.append(len(asked))
        assert counts == [5, 5]


class TestNew:
    def test_it_works(self, client_for: ClientFor, olga: User) -> None:
        assert client_for(olga).post(NEW, POLAR).headers["Location"] == "/resellers/"
        with platform():
            staff = Staff.objects.select_related("user", "reseller").get(reseller__slug="polar")
            mail = Delivery.objects.get(to="paula@polar.test")
        assert (staff.user.email, staff.role, staff.reseller.name) == (
            "paula@polar.test",
            "owner",
            "Polar CRM",
        )
        assert mail.payload["subject"] == "Olga Operator invites you to Polar CRM"
        found = re.search(r"http://(console\.polar\.test):8000(/\S+)", mail.payload["text"])
        assert found
        paula = Client(HTTP_HOST=found[1])
        assert paula.post(found[2], {"name": "Paula", "password": "a-long-enough-phrase"}).status_code == 302
        assert paula.get("/workspaces/new/").status_code == 200

    def test_somebody_who_is_staff_elsewhere_needs_no_second_account(
        self, client_for: ClientFor, olga: User, rosa: User
    ) -> None:
        client_for(olga).post(NEW, {**POLAR, "owner_email": rosa.email})
        with platform():
            assert Staff.objects.filter(user_id=rosa.id).count() == 2
            assert not Delivery.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"slug": "rosa"}, "Another reseller is already called “rosa”."),
            ({"slug": "not a slug"}, "Enter a valid “slug”"),
            ({"host": world.ALICE_HOST}, "“alice.test” is already in use. Choose another domain."),
            ({"host": "nonsense"}, "Use a host name such as crm.example.com"),
            ({"owner_email": "nonsense"}, "Enter a valid email address."),
            ({"name": ""}, "This field is required."),
        ],
    )
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, olga: User, wrong: dict[str, str], said: str
    ) -> None:
        page = client_for(olga).post(NEW, {**POLAR, **wrong})
        assert page.status_code == 200
        assert said in page.content.decode()
        assert resellers() == ["rita", "rosa"]
        with platform():
            assert not User.objects.filter(email="paula@polar.test").exists()


class TestNobodyElse:
    @pytest.mark.parametrize("path", ["/", "/resellers/", NEW, "/workspaces/", "/system/"])
    @pytest.mark.parametrize("who", ["rosa", "alice"])
    def test_it_checks_permission(
        self, client_for: ClientFor, request: pytest.FixtureRequest, path: str, who: str
    ) -> None:
        """Their sessions are worth nothing here; and with one of this very site, neither is their role."""
        user = request.getfixturevalue(who)
        if who == "rosa":
            assert client_for(user, host=world.PLATFORM_HOST).get(path).status_code == 302
        visitor = Client(HTTP_HOST=world.PLATFORM_HOST)
        visitor.post("/account/login/", {"login": user.email, "password": world.PASSWORD})
        assert visitor.get(path).headers["Location"].startswith("/account/login/")

    @pytest.mark.parametrize("path", ["/resellers/", NEW, "/system/"])
    @pytest.mark.parametrize("host", [world.ROSA_HOST, world.ALICE_HOST])
    def test_these_pages_are_on_no_other_site(
        self, client_for: ClientFor, rosa: User, alice: User, path: str, host: str
    ) -> None:
        client = client_for(rosa if host == world.ROSA_HOST else alice)
        assert client.get(path).status_code == 404
