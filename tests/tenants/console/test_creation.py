"""A reseller makes a workspace: ready from the pool, its owner invited, clear errors, nothing half-made."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from branding.models import Brand
from core.accounts.models import TeamRole, User
from core.sending.models import Delivery
from inbox.transports.form.models import LeadForm
from tenants import jobs, onboarding
from tenants.context import platform, workspace
from tenants.fields import NO_ADDRESS
from tenants.hosts.domains import WORD
from tenants.models import Domain, SpareSchema, Staff, StarterTemplate, Workspace
from tenants.schema import stock
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


FORM = {"slug": "contact", "title": "Contact", "intro": "", "button": "Send", "thanks": ""}


def workspaces() -> list[str]:
    with platform():
        return list(Workspace.objects.order_by("id").values_list("name", flat=True))


def made() -> Workspace:
    with platform():
        return Workspace.objects.select_related("reseller", "starter").get(name=CLIENT["name"])


def worker() -> Workspace:
    """What the worker does with the workspace that was just asked for."""
    row = made()
    with platform():
        jobs.set_up(str(row.id))
    return made()


def steps(page: str) -> list[tuple[str, bool]]:
    """Each step's label, and whether it is done."""
    rows = re.findall(r"<li><svg.*?</svg><span[^>]*>([^<]+)</span>(<span class=\"num\">[\d.]+ s)?", page)
    return [(label, bool(took)) for label, took in rows]


class TestNew:
    def test_it_works(self, client_for: ClientFor, rosa: User) -> None:
        response = client_for(rosa).post(NEW, CLIENT, follow=True)
        row = made()
        assert response.redirect_chain == [(f"/workspaces/{row.id}/", 302)]
        assert "is being set up. This page shows how far it is." in response.content.decode()
        assert (row.reseller.slug, row.state) == ("rosa", "building")
        row = worker()
        assert row.state == "active"
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
        assert list(page.context["form"].fields) == [
            *("name", "owner_name", "owner_email", "where", "address", "starter")
        ]
        assert 'data-address-below="localhost"' in page.content.decode()

    def test_its_owner_comes_in_by_the_mail(self, client_for: ClientFor, rosa: User) -> None:
        client_for(rosa).post(NEW, CLIENT)
        with workspace(worker()):
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

    def test_the_sheet_shows_its_steps(self, client_for: ClientFor, rosa: User) -> None:
        client = client_for(rosa)
        part = client.post(NEW, CLIENT, headers={"hx-request": "true"}).content.decode()
        labels = ["Make the workspace", *(step.label for step in onboarding.steps())]
        assert "<html" not in part
        assert "http://crm.halden.test:8000/" in part
        assert steps(part) == [(label, number == 0) for number, label in enumerate(labels)]
        url = f"/workspaces/{made().id}/setup/"
        assert f'hx-get="{url}" hx-trigger="every 450ms"' in part
        worker()
        over = client.get(url)
        assert steps(over.content.decode()) == [(label, True) for label in labels]
        assert re.search(r"Ready in <strong class=\"num\">\d+\.\d\d s</strong>", over.content.decode())
        assert "hx-get" not in over.content.decode()
        assert over.headers["HX-Trigger"] == "workspaces-changed"

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
            (
                {"address": "two words.test"},
                "A host name has no spaces. Use a host name such as crm.example.com",
            ),
            ({"address": "a\0b.test"}, "Null characters are not allowed."),
            ({"address": "127.0.0.1"}, "Use a host name, not an address made of numbers."),
            ({"address": "localhost"}, "Use a host name such as crm.example.com"),
            ({"where": "subdomain", "address": "a.b"}, WORD),
            ({"where": "subdomain", "address": "halden dental"}, WORD),
            ({"where": "subdomain", "address": "halden_dental"}, WORD),
            ({"where": "subdomain", "address": "-halden"}, WORD),
            ({"where": "subdomain", "address": ""}, "Type the word that is to stand before .localhost."),
            ({"address": ""}, "Type the domain at which they are to find it."),
            ({"where": "subdomain", "address": "admin"}, "is kept for the platform itself."),
            ({"where": "elsewhere"}, "Select a valid choice."),
            ({"owner_email": "nonsense"}, NO_ADDRESS),
            ({"owner_email": ""}, "Type the address that the invitation goes to."),
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
        assert (row.reseller.slug, row.state, (row.schema or "")[:2]) == ("rosa", "building", "w_")


class TestStarter:
    def test_the_default_is_chosen_already(self, client_for: ClientFor, rosa: User) -> None:
        page = client_for(rosa).get(NEW).content.decode()
        offered = re.findall(
            r'name="starter" value="[^"]*"( checked)?><span[^>]*><strong>([^<]+)</strong>', page
        )
        assert offered == [
            ("", "Agency"),
            ("", "Clinic or practice"),
            (" checked", "Sales team"),
            ("", "Empty"),
        ]

    def test_it_works(self, client_for: ClientFor, rosa: User) -> None:
        with platform():
            clinic = StarterTemplate.objects.get(name="Clinic or practice")
        client_for(rosa).post(NEW, {**CLIENT, "starter": str(clinic.id)})
        row = worker()
        assert row.starter == clinic
        with workspace(row):
            form = LeadForm.objects.get()
            roles = list(TeamRole.objects.values_list("name", flat=True))
        with platform():
            brand = Brand.objects.get(workspace=row)
        assert (form.title, form.slug) == ("Ask for an appointment", "contact")
        assert [field["key"] for field in form.fields if field["required"]] == ["name", "phone"]
        assert roles == ["Practice manager", "Practitioner", "Reception"]
        assert (brand.hue, brand.font, brand.tagline) == (195.0, "source-sans", "Here for your patients.")

    def test_empty_is_a_plain_form(self, client_for: ClientFor, rosa: User) -> None:
        client_for(rosa).post(NEW, {**CLIENT, "starter": ""})
        row = worker()
        assert row.starter is None
        with workspace(row):
            assert [form.title for form in LeadForm.objects.all()] == ["Contact us"]
            assert TeamRole.objects.count() == 0

    def test_another_resellers_gets_an_error(self, client_for: ClientFor, rosa: User, rita: User) -> None:
        with platform():
            rita_s = Staff.objects.get(user__email="rita@rita.test").reseller
            theirs = StarterTemplate.objects.create(reseller=rita_s, name="CANARY")
        page = client_for(rosa).post(NEW, {**CLIENT, "starter": str(theirs.id)})
        assert (page.status_code, "Select a valid choice." in page.content.decode()) == (422, True)
        assert "CANARY" not in page.content.decode()
        assert workspaces() == ["Alice's", "Mallory's"]

    @pytest.mark.parametrize(
        ("parts", "said"),
        [
            ({"forms": [{**FORM, "fields": [{"key": "iban", "required": True}]}]}, "asks for “iban”"),
            ({"jobs": []}, "a part that is not known here: “jobs”"),
            (
                {"roles": [{"name": "Boss", "actions": ["manage_team"]}]},
                "Roles: Only admins manage the team.",
            ),
            ({"brand": {"font": "comic"}}, "Brand: There is no font “comic”."),
            ([], "This starter template is damaged"),
        ],
    )
    def test_bad_content_is_a_clear_error(
        self, client_for: ClientFor, rosa: User, parts: object, said: str
    ) -> None:
        before = stock.level()
        with platform():
            reseller = Staff.objects.get(user_id=rosa.id).reseller
            bad = StarterTemplate(reseller=reseller, name="Bad", parts=parts or [1])
            StarterTemplate.objects.bulk_create([bad])
        page = client_for(rosa).post(NEW, {**CLIENT, "starter": str(bad.id)})
        assert (page.status_code, said in page.content.decode()) == (422, True)
        assert (workspaces(), stock.level()) == (["Alice's", "Mallory's"], before)


class TestRetry:
    def test_it_works(self, client_for: ClientFor, rosa: User) -> None:
        client = client_for(rosa)
        client.post(NEW, CLIENT)
        row = made()
        with platform():
            row.steps.filter(key="first-form").update(
                state="failed", error="In words: No room.", attempts=2, finished_at=timezone.now()
            )
        part = client.get(f"/workspaces/{row.id}/setup/").content.decode()
        assert "Make the first form did not work." in part
        assert "No room." in part
        url = f"/workspaces/{row.id}/setup/retry/"
        again = client.post(url, headers={"hx-request": "true"}).content.decode()
        assert ("No room." in again, 'hx-trigger="every 450ms"' in again) == (False, True)
        assert client.post(url).headers["Location"] == f"/workspaces/{row.id}/"
        assert worker().state == "active"

    def test_it_checks_permission(self, client_for: ClientFor, rosa: User) -> None:
        client = client_for(rosa)
        client.post(NEW, CLIENT)
        with platform():
            Staff.objects.filter(user_id=rosa.id).update(role="billing")
        row = made()
        urls = [f"/workspaces/{row.id}/setup/", f"/workspaces/{row.id}/setup/retry/"]
        assert [client.get(urls[0]).status_code, client.post(urls[1]).status_code] == [403, 403]

    def test_other_resellers_get_404(self, client_for: ClientFor, rosa: User, rita: User) -> None:
        client_for(rosa).post(NEW, CLIENT)
        client, row = client_for(rita), made()
        for path in ("setup/", "setup/retry/", "owner/"):
            assert client.post(f"/workspaces/{row.id}/{path}").status_code in {404, 405}
        assert client.get(f"/workspaces/{row.id}/setup/").status_code == 404
        assert client.get(f"/workspaces/{row.id}/owner/").status_code == 404
