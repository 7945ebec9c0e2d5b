"""The operators' site: resellers, a new one with its owner, the state of the ground; nobody else gets in."""

import dataclasses
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from core.accounts.models import User
from core.sending.models import Delivery
from core.timeline.models import AuditEntry
from tenants.context import platform, workspace
from tenants.fields import NO_ADDRESS
from tenants.ids import uuid7
from tenants.models import Domain, Reseller, Staff, WorkDue, Workspace
from tenants.schema import stock
from tenants.schema.walls import walls
from tests import world
from tests.tenants.console.test_staff import asked_with_staff

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


def failed(number: int) -> tuple[str, int, str]:
    return "Failed", number, "in the last 7 days"


def unknown(number: int) -> tuple[str, int, str]:
    return "May have arrived", number, "unknown, in the last 7 days"


def seen(client: Client) -> tuple[list[tuple[str, int, str]], str, int]:
    """The system page's mail, its last error, and how much work is overdue."""
    page = client.get("/system/")
    mail, work = page.context["panels"]
    assert f"Last error: {mail.trouble}" in page.content.decode() or not mail.trouble
    figures = [(figure.label, figure.value, figure.note) for figure in mail.figures]
    return figures, mail.trouble, work.figures[0].value


def _mail(state: str, **columns: Any) -> None:
    ref = uuid7().hex
    Delivery.objects.create(kind="system", ref=ref, to="x@x.test", to_key=ref, state=state, **columns)


def resellers() -> list[str]:
    with platform():
        return list(Reseller.objects.order_by("slug").values_list("slug", flat=True))


def notices(page: Any) -> list[str]:
    """What the page says happened."""
    return [str(message) for message in page.context["notices"]]


class TestOverview:
    def test_it_works(self, client_for: ClientFor, olga: User) -> None:
        figures = client_for(olga).get("/").context["figures"]
        spares = stock.level()
        assert [(figure.label, figure.value, figure.note) for figure in figures] == [
            ("Resellers", 2, ""),
            ("Workspaces", 2, ""),
            ("Need attention", 0, "all is well"),
            ("Active seats", 0, ""),
            ("Spare workspaces", spares, "ready for new clients"),
        ]

    def test_who_is_suspended_is_counted(
        self, client_for: ClientFor, olga: User, alice_ws: Workspace
    ) -> None:
        with platform():
            Workspace.objects.filter(id=alice_ws.id).update(state="suspended")
        assert client_for(olga).get("/").context["figures"][1].note == "1 suspended"


class TestSystem:
    def test_it_works(self, client_for: ClientFor, olga: User, settings: Any) -> None:
        settings.SPARE_SCHEMAS = 10_000
        page = client_for(olga).get("/system/")
        assert [(wall.name, wall.stands) for wall in page.context["walls"]] == [
            (wall.name, wall.stands) for wall in walls()
        ]
        assert len(page.context["walls"]) > 0
        pool = page.context["pool"]
        assert (pool.ready, pool.wanted, pool.word) == (stock.level(), 10_000, "Filling")
        assert "of 10,000 wanted" in page.content.decode()

    def test_a_wall_that_is_down_is_seen(
        self, client_for: ClientFor, olga: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fallen = [dataclasses.replace(wall, stands=False) for wall in walls()]
        monkeypatch.setattr("tenants.console.views.operators.walls", lambda: fallen)
        text = client_for(olga).get("/system/").content.decode()
        assert (text.count("Down"), text.count("Up")) == (len(fallen), 0)
        assert [escape(wall.remedy) in text for wall in fallen] == [True] * len(fallen)

    @pytest.mark.usefixtures("warm")
    def test_a_mail_outage_is_seen(self, client_for: ClientFor, olga: User, alice_ws: Workspace) -> None:
        """The platform's own ledger alone: a workspace's mail is its own."""
        client = client_for(olga)
        client.get("/system/")
        with CaptureQueriesContext(connection) as calm:
            assert seen(client) == ([("Waiting", 0, ""), failed(0), unknown(0)], "", 0)
        ago = timezone.now() - timedelta(minutes=12)
        with workspace(alice_ws):
            _mail("queued", reason="CANARY")
        with platform():
            _mail("queued", created_at=ago, reason="The relay refused the connection.")
            _mail("sending", lease_until=ago, claim=uuid7())
            _mail("failed", settled_at=ago)
            _mail("failed", settled_at=ago - timedelta(days=8))
            _mail("unknown", settled_at=ago, reason="It was interrupted.", next_attempt_at=ago)
            WorkDue.objects.create(workspace=alice_ws, kind="a", due_at=ago)
            WorkDue.objects.create(workspace=alice_ws, kind="b", due_at=timezone.now() + timedelta(hours=1))
        with CaptureQueriesContext(connection) as asked:
            assert seen(client) == (
                [("Waiting", 2, "the oldest for 12 min"), failed(1), unknown(1)],
                "The relay refused the connection.",
                1,
            )
        assert len(asked) == len(calm)

    def test_work_of_a_closed_workspace_is_not_overdue(
        self, client_for: ClientFor, olga: User, alice_ws: Workspace
    ) -> None:
        with platform():
            WorkDue.objects.create(workspace=alice_ws, kind="a", due_at=timezone.now() - timedelta(minutes=5))
            Workspace.objects.filter(id=alice_ws.id).update(state="suspended")
        assert seen(client_for(olga))[2] == 0


class TestResellers:
    def test_it_works(self, client_for: ClientFor, olga: User) -> None:
        page = client_for(olga).get("/resellers/")
        assert [(one.name, one.host, one.sums.number) for one in page.context["resellers"]] == [
            ("Rita's", world.RITA_HOST, 1),
            ("Rosa's", world.ROSA_HOST, 1),
        ]

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
        assert counts == [8, 8]


class TestNew:
    def test_it_is_written_down_once(self, client_for: ClientFor, olga: User) -> None:
        client_for(olga).post(NEW, POLAR)
        with platform():
            lines = AuditEntry.objects.filter(label="Polar CRM").values_list("action", "actor_name")
            assert list(lines) == [("reseller.create", str(olga))]

    def test_it_works(self, client_for: ClientFor, olga: User) -> None:
        page = client_for(olga).post(NEW, POLAR, follow=True)
        assert page.redirect_chain == [("/resellers/", 302)]
        assert notices(page) == [
            "Polar CRM is created. We sent an invitation to paula@polar.test, its owner."
        ]
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
        page = client_for(olga).post(NEW, {**POLAR, "owner_email": rosa.email}, follow=True)
        with platform():
            assert Staff.objects.filter(user_id=rosa.id).count() == 2
            mail = Delivery.objects.get()
        assert mail.to == rosa.email
        assert mail.payload["subject"] == "Olga Operator invites you to Polar CRM"
        assert "http://console.polar.test:8000/account/join/" in mail.payload["text"]
        assert notices(page) == ["Polar CRM is created. We sent an invitation to rosa@rosa.test, its owner."]

    def test_nobody_without_access_becomes_its_owner(
        self, client_for: ClientFor, olga: User, rosa: User
    ) -> None:
        with platform():
            User.objects.filter(id=rosa.id).update(is_active=False)
        page = client_for(olga).post(NEW, {**POLAR, "owner_email": "Rosa@rosa.test"})
        said = "The account of rosa@rosa.test is closed. Use another."
        assert (page.status_code, page.context["form"].errors) == (422, {"owner_email": [said]})
        assert resellers() == ["rita", "rosa"]
        with platform():
            assert not Delivery.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"slug": "rosa"}, "Another reseller is already called “rosa”."),
            ({"slug": "not a slug"}, "Enter a valid “slug”"),
            ({"host": world.ALICE_HOST}, "“alice.test” is already in use. Choose another domain."),
            ({"host": "nonsense"}, "Use a host name such as crm.example.com"),
            ({"owner_email": "nonsense"}, NO_ADDRESS),
            ({"name": ""}, "Give the reseller a name."),
        ],
    )
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, olga: User, wrong: dict[str, str], said: str
    ) -> None:
        page = client_for(olga).post(NEW, {**POLAR, **wrong})
        assert page.status_code == 422
        assert said in page.content.decode()
        assert resellers() == ["rita", "rosa"]
        with platform():
            assert not User.objects.filter(email="paula@polar.test").exists()


class TestOne:
    def test_it_works(self, client_for: ClientFor, olga: User, rosa_id: UUID) -> None:
        page = client_for(olga).get(f"/resellers/{rosa_id}/")
        text = page.content.decode()
        assert (page.context["reseller"].name, page.context["sums"].number) == ("Rosa's", 1)
        assert [one.user.email for one in page.context["staff"]] == ["rosa@rosa.test"]
        assert [console.host for console in page.context["consoles"]] == [world.ROSA_HOST]
        assert "rita@rita.test" not in text

    @pytest.mark.usefixtures("warm")
    def test_more_staff_asks_no_more_questions(
        self, client_for: ClientFor, olga: User, rosa_id: UUID
    ) -> None:
        client = client_for(olga)
        url = f"/resellers/{rosa_id}/"
        client.get(url)
        assert [asked_with_staff(client, url, number) for number in (2, 4)] == [8, 8]

    @pytest.mark.parametrize("path", ["", "suspend/"])
    def test_unknown_gets_404(
        self, client_for: ClientFor, olga: User, alice_ws: Workspace, path: str
    ) -> None:
        assert client_for(olga).get(f"/resellers/{alice_ws.id}/{path}").status_code == 404


class TestSuspend:
    def test_it_says_what_closes(self, client_for: ClientFor, olga: User, rosa_id: UUID) -> None:
        with platform():
            for state in ("active", "suspended"):
                Workspace.objects.create(
                    reseller_id=rosa_id, name=state, schema=f"w_{state}", state=state, owner_email="x@x.test"
                )
        url = f"/resellers/{rosa_id}/suspend/"
        part = client_for(olga).get(url, headers={"hx-request": "true"})
        text = " ".join(part.content.decode().split())
        assert '<strong class="num">2</strong> workspaces close with it, and so does its console.' in text
        assert "<html" not in text

    def test_it_works(
        self, client_for: ClientFor, olga: User, rosa: User, alice: User, mallory: User, rosa_id: UUID
    ) -> None:
        """Whoever is in at the console or in a workspace is out; other resellers' people stay."""
        client, url = client_for(olga), f"/resellers/{rosa_id}/state/"
        people = [client_for(user) for user in (rosa, alice, mallory)]
        page = client.post(url, {"state": "suspended"}, follow=True)
        assert page.redirect_chain == [(f"/resellers/{rosa_id}/", 302)]
        assert notices(page) == ["Rosa's is suspended, and its workspaces with it. Nothing is deleted."]
        assert [one.get("/account/profile/").status_code for one in people] == [403, 403, 200]
        notice = people[1].get("/").content.decode()
        assert "Alice&#x27;s is not available at the moment" in notice
        assert "If you work here, Rosa&#x27;s can help." in notice
        assert (
            "If you work here, the operators of the platform can help." in people[0].get("/").content.decode()
        )
        page = client.post(url, {"state": "active"}, follow=True)
        assert notices(page) == ["Rosa's is active again, and so are the workspaces that closed with it."]
        assert [one.get("/account/profile/").status_code for one in people] == [200, 200, 200]

    def test_its_workspaces_are_shown_as_closed(
        self, client_for: ClientFor, olga: User, alice_ws: Workspace, rosa_id: UUID
    ) -> None:
        client = client_for(olga)
        client.post(f"/resellers/{rosa_id}/state/", {"state": "suspended"})
        for path in ("/", "/workspaces/", f"/workspaces/{alice_ws.id}/"):
            assert client.get(path).content.decode().count("Reseller suspended") == 1

    @pytest.mark.parametrize("path", ["", "suspend/", "state/"])
    @pytest.mark.parametrize("who", ["rosa", "alice"])
    def test_it_checks_permission(
        self, client_for: ClientFor, request: pytest.FixtureRequest, rosa_id: UUID, path: str, who: str
    ) -> None:
        url, user = f"/resellers/{rosa_id}/{path}", request.getfixturevalue(who)
        act = {"state": "suspended"}
        assert client_for(user).post(url, act).status_code == 404
        if who == "rosa":
            at_operators = client_for(user, host=world.PLATFORM_HOST)
            assert at_operators.post(url, act).headers["Location"].startswith("/account/login/")
        assert reseller_state(rosa_id) == "active"

    @pytest.mark.parametrize("path", ["suspend/", "state/"])
    def test_a_link_changes_nothing(
        self, client_for: ClientFor, olga: User, rosa_id: UUID, path: str
    ) -> None:
        client_for(olga).get(f"/resellers/{rosa_id}/{path}?state=suspended")
        assert reseller_state(rosa_id) == "active"

    @pytest.mark.parametrize("state", ["", "deleted", "ACTIVE"])
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, olga: User, rosa_id: UUID, state: str
    ) -> None:
        page = client_for(olga).post(f"/resellers/{rosa_id}/state/", {"state": state}, follow=True)
        assert notices(page) == ["A reseller can be suspended or reactivated, nothing else."]
        assert reseller_state(rosa_id) == "active"


@pytest.fixture
def rosa_id() -> UUID:
    with platform():
        return Reseller.objects.get(slug="rosa").id


def reseller_state(reseller_id: UUID) -> str:
    with platform():
        return Reseller.objects.get(id=reseller_id).state


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
