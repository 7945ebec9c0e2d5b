"""A reseller makes a workspace: ready from the pool, its owner invited, clear errors, nothing half-made."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from core.accounts.models import User
from core.sending.models import Delivery
from tenants import onboarding
from tenants.context import platform, workspace
from tenants.fields import NO_ADDRESS
from tenants.models import Domain, SpareSchema, Staff, Workspace
from tests import world

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
NEW = "/workspaces/new/"
CLIENT = {
    "name": "Halden & Sons",
    "where": "domain",
    "address": "CRM.Halden.test",
    "owner_name": "Hanna Halden",
    "owner_email": "Hanna@Halden.test",
}


def workspaces() -> list[str]:
    with platform():
        return list(Workspace.objects.order_by("id").values_list("name", flat=True))


def made() -> Workspace:
    with platform():
        return Workspace.objects.select_related("reseller").get(name=CLIENT["name"])


class TestNew:
    def test_it_works(self, client_for: ClientFor, rosa: User) -> None:
        response = client_for(rosa).post(NEW, CLIENT, follow=True)
        row = made()
        assert response.redirect_chain == [(f"/workspaces/{row.id}/", 302)]
        assert re.search(r"Halden &amp; Sons was ready in \d\.\d\d s\.", response.content.decode())
        assert (row.reseller.slug, row.state) == ("rosa", "active")
        with workspace(row):
            owner = User.objects.get()
            mail = Delivery.objects.get()
        assert (owner.email, owner.name, owner.role) == ("hanna@halden.test", "Hanna Halden", "admin")
        assert (mail.to, mail.payload["subject"]) == (
            "hanna@halden.test",
            "Rosa's invites you to Halden & Sons",
        )

    def test_the_list_behind_the_sheet_is_told(self, client_for: ClientFor, rosa: User) -> None:
        done = client_for(rosa).post(NEW, CLIENT, headers={"hx-request": "true"})
        assert (done.status_code, done.headers["HX-Trigger"]) == (200, "workspaces-changed")
        page = client_for(rosa).get("/workspaces/").content.decode()
        assert page.count('hx-trigger="workspaces-changed from:body"') == 2

    def test_its_order_is_who_then_where(self, client_for: ClientFor, rosa: User) -> None:
        page = client_for(rosa).get(NEW)
        assert list(page.context["form"].fields) == ["name", "owner_name", "owner_email", "where", "address"]
        assert 'data-address-below="localhost"' in page.content.decode()

    def test_its_owner_comes_in_by_the_mail(self, client_for: ClientFor, rosa: User) -> None:
        client_for(rosa).post(NEW, CLIENT)
        with workspace(made()):
            text = Delivery.objects.get().payload["text"]
        found = re.search(r"http://(crm\.halden\.test):8000(/account/welcome/\S+)", text)
        assert found
        owner = Client(HTTP_HOST=found[1])
        chosen = {"name": "Hanna", "password": "a-long-enough-phrase"}
        assert owner.post(found[2], chosen).headers["Location"] == "/"
        assert owner.get("/settings/team/").status_code == 200

    def test_a_name_of_ours(self, client_for: ClientFor, rosa: User) -> None:
        client_for(rosa).post(NEW, {**CLIENT, "where": "subdomain", "address": "Halden"})
        with platform():
            assert Domain.objects.get(workspace=made()).host == "halden.localhost"

    def test_the_sheet_says_what_was_done(self, client_for: ClientFor, rosa: User) -> None:
        part = client_for(rosa).post(NEW, CLIENT, headers={"hx-request": "true"}).content.decode()
        assert "<html" not in part
        assert "Halden &amp; Sons is ready" in part
        assert "http://crm.halden.test:8000/" in part
        assert re.findall(r"</svg>([\w ]+)<span", part) == [
            "Claim a spare workspace",
            *(step.label for step in onboarding.steps()),
        ]

    def test_an_empty_pool_is_waited_for(self, client_for: ClientFor, rosa: User) -> None:
        with platform():
            SpareSchema.objects.all().delete()
        page = client_for(rosa).post(NEW, CLIENT, follow=True).content.decode()
        assert "is being set up. This page shows how far it is." in page
        assert made().state == "building"
        assert Client(HTTP_HOST="crm.halden.test").get("/").status_code == 404

    def test_it_checks_permission(self, client_for: ClientFor, rosa: User) -> None:
        with platform():
            Staff.objects.filter(user_id=rosa.id).update(role="billing")
        client = client_for(rosa)
        assert (client.get(NEW).status_code, client.post(NEW, CLIENT).status_code) == (403, 403)
        assert workspaces() == ["Alice's", "Mallory's"]

    def test_operators_have_no_such_page(self, client_for: ClientFor, olga: User) -> None:
        assert client_for(olga).post(NEW, CLIENT).status_code == 404

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"address": world.ALICE_HOST}, "“alice.test” is already in use. Choose another domain."),
            ({"address": world.MALLORY_HOST}, "“mallory.test” is already in use. Choose another domain."),
            ({"address": world.PLATFORM_HOST}, "“platform.test” is already in use. Choose another domain."),
            ({"address": "two words.test"}, "Use a host name such as crm.example.com"),
            ({"address": "a\0b.test"}, "Null characters are not allowed."),
            ({"address": "127.0.0.1"}, "Use a host name, not an address made of numbers."),
            ({"address": "localhost"}, "Use a host name such as crm.example.com"),
            ({"where": "subdomain", "address": "a.b"}, "Use a single word for the subdomain, without dots."),
            ({"where": "subdomain", "address": "admin"}, "is kept for the platform itself."),
            ({"where": "elsewhere"}, "Select a valid choice."),
            ({"owner_email": "nonsense"}, NO_ADDRESS),
            ({"owner_email": ""}, "This field is required."),
            ({"name": "x" * 121}, "Ensure this value has at most 120 characters (it has 121)."),
        ],
    )
    @pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
    def test_bad_input_is_a_clear_error(
        self,
        client_for: ClientFor,
        rosa: User,
        wrong: dict[str, str],
        said: str,
        headers: dict[str, str],
    ) -> None:
        page = client_for(rosa).post(NEW, {**CLIENT, **wrong}, headers=headers)
        assert page.status_code == 422
        assert said in page.content.decode()
        assert workspaces() == ["Alice's", "Mallory's"]

    def test_nothing_else_can_be_written(self, client_for: ClientFor, rosa: User) -> None:
        with platform():
            rita = str(Staff.objects.get(user__email="rita@rita.test").reseller_id)
        more = {
            "reseller": rita,
            "reseller_id": rita,
            "schema": "public",
            "state": "suspended",
            "host": "x.test",
        }
        client_for(rosa).post(NEW, {**CLIENT, **more})
        row = made()
        assert (row.reseller.slug, row.state, (row.schema or "")[:2]) == ("rosa", "active", "w_")
