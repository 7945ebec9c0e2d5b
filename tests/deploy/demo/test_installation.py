"""`seed_demo` and `demo_table`: an installation from nothing, once, whatever happens on the way."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext

from branding.models import Brand
from core.accounts.models import Team, User
from core.brand import tokens_for
from core.contacts.models import Company, Contact
from core.sending.models import Delivery
from deploy.demo.cast import HOUSES, OPERATOR, PASSWORD
from inbox.canned.models import CannedReply
from inbox.conversations.models import Conversation, Label, Message
from inbox.reports.models import Day
from inbox.transports.form.models import LeadForm
from tenants.context import platform, workspace
from tenants.models import Domain, Reseller, SetupStep, Staff, Workspace
from tenants.sites import resolve
from tests import world

NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
CLIENTS = [client for house in HOUSES for client in house.clients]
EVERYBODY = [
    ("platform.localhost", OPERATOR.email),
    *((f"{house.slug}.localhost", house.owner.email) for house in HOUSES),
    *((f"{client.label}.localhost", login.email) for client in CLIENTS for login in client.team),
]


@pytest.fixture
def empty(on_platform: Any, settings: Any) -> None:
    """An installation without anybody."""
    with connection.cursor() as cursor:
        for model in (Brand, SetupStep, Domain, Workspace, Staff, Reseller, EmailAddress, User):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
    settings.SITE_PORT = 8000


def seed(*arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command("seed_demo", *arguments, stdout=out, **options)
    return out.getvalue()


def build() -> str:
    return seed("--if-empty", contacts=40, messages=200, until=NOW)


def table() -> str:
    out = StringIO()
    call_command("demo_table", stdout=out)
    return out.getvalue()


def fingerprint() -> str:
    """Every row of the platform and of all workspaces that a demo writes."""
    with platform():
        rows = [
            list(model.objects.order_by("pk").values_list())
            for model in (Reseller, Workspace, Domain, Staff, User)
        ]
        places = list(Workspace.objects.order_by("pk"))
    for row in places:
        with workspace(row):
            rows += [
                list(model.objects.order_by("pk").values_list())
                for model in (User, Contact, Message, LeadForm)
            ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def at(label: str) -> Workspace:
    with platform():
        row = Domain.objects.select_related("workspace").get(host=f"{label}.localhost").workspace
    assert row
    return row


@pytest.mark.usefixtures("empty")
class TestInstallation:
    def test_it_works(self) -> None:
        said = build()
        with platform():
            hosts = list(Domain.objects.values_list("host", "kind", "reseller__name", "workspace__name"))
            steps = set(SetupStep.objects.values_list("state", flat=True))
        assert hosts == [
            ("acme.localhost", "workspace", "Northwind", "Acme Studio"),
            ("brightside.localhost", "workspace", "Northwind", "Brightside Events"),
            ("harbor.localhost", "reseller", "Harbor & Co", None),
            ("lumen.localhost", "workspace", "Harbor & Co", "Lumen Dental"),
            ("northwind.localhost", "reseller", "Northwind", None),
            ("platform.localhost", "platform", None, None),
        ]
        assert steps == {"done"}
        assert said.splitlines()[0] == "Acme Studio: 40 contacts, 200 messages"

    def test_each_workspace_has_its_team_form_and_data(self) -> None:
        build()
        for client in CLIENTS:
            with workspace(at(client.label)):
                people = list(User.objects.order_by("role").values_list("name", "role"))
                counts = [Contact.objects.count(), Conversation.objects.count(), Message.objects.count()]
                forms = list(LeadForm.objects.values_list("slug", "title"))
                codes = sorted(CannedReply.objects.filter(owner=None).values_list("code", flat=True))
                mails = Delivery.objects.count()
            assert codes == ["more", "solved", "thanks"]
            assert people == sorted(((one.name, one.role) for one in client.team), key=lambda one: one[1])
            assert counts == [40, 40, 200]
            assert forms == [("contact", client.business.form)]
            assert mails == 0

    def test_what_people_write_about_is_sorted(self) -> None:
        build()
        for client in CLIENTS:
            matters = client.business.matters
            with workspace(at(client.label)):
                rows = list(
                    Conversation.objects.prefetch_related("label_marks__label").select_related("team")
                )
                labels = set(Label.objects.values_list("name", flat=True))
                teams = {team.name: team.members.count() for team in Team.objects.all()}
            assert labels == {matter.label for matter in matters}
            assert set(teams) == {matter.team for matter in matters}
            assert min(teams.values()) >= 1
            sorted_ones = [row for row in rows if row.labels]
            assert len(rows) > len(sorted_ones) > len(rows) // 4
            assert all(row.team for row in sorted_ones)
            assert [
                mark.state for row in rows for mark in row.label_marks.all() if mark.state != row.state
            ] == []

    def test_reports_know_what_was_resolved(self) -> None:
        build()
        for client in CLIENTS:
            with workspace(at(client.label)):
                resolved = Conversation.objects.filter(state="resolved").count()
                counted = Day.objects.filter(kind="resolved").aggregate(count=Sum("count"))
            assert counted == {"count": resolved}
            assert resolved > 0

    def test_everybody_can_sign_in(self, visitor: Callable[[str], Client]) -> None:
        build()
        answers = {}
        for host, email in EVERYBODY:
            client = visitor(host)
            client.post("/account/login/", {"login": email, "password": PASSWORD})
            answers[email] = client.get("/account/profile/").status_code
        assert answers == {email: 200 for _, email in EVERYBODY}

    def test_two_brands(self) -> None:
        build()
        looks = {}
        for label in ("acme", "brightside", "lumen", "harbor"):
            site = resolve(f"{label}.localhost")
            assert site
            tokens = tokens_for(site)
            looks[label] = (tokens.name, tokens.hue, tokens.chroma, tokens.radius, tokens.tagline)
        assert looks == {
            "acme": ("Northwind", 272, 0.19, 8, "Every brief, in good hands."),
            "brightside": ("Northwind", 272, 0.19, 8, "From first call to last dance."),
            "lumen": ("Harbor & Co", 188, 0.095, 14, "Your patients, remembered."),
            "harbor": ("Harbor & Co", 188, 0.095, 14, "Safe in harbour."),
        }

    def test_a_second_run_changes_nothing_and_is_quick(self) -> None:
        build()
        before = fingerprint()
        with CaptureQueriesContext(connection) as asked:
            assert build() == ""
        assert len(asked) == 2
        assert fingerprint() == before

    def test_what_is_missing_is_finished(self) -> None:
        build()
        with platform():
            EmailAddress.objects.filter(email=OPERATOR.email).delete()
            User.objects.filter(email=OPERATOR.email).update(email="left@marque.example")
        with workspace(at("lumen")):
            Contact.objects.all().delete()
            Company.objects.all().delete()
        build()
        with workspace(at("lumen")):
            assert (Contact.objects.count(), Message.objects.count()) == (40, 200)
        with platform():
            operators = list(
                User.objects.filter(role="operator").order_by("id").values_list("email", flat=True)
            )
        assert operators == ["left@marque.example", OPERATOR.email]

    def test_the_table_names_everybody_and_fits(self, settings: Any) -> None:
        settings.SITE_PORT = 58000
        build()
        text = table()
        assert [line for line in text.splitlines() if len(line) > 100] == []
        assert [email for _, email in EVERYBODY if email not in text] == []
        assert [host for host, _ in EVERYBODY if f"http://{host}:58000" not in text] == []
        assert text.count(PASSWORD) == 1
        columns = {line.index("http://") for line in text.splitlines() if "@" in line and "http://" in line}
        assert columns == {21}
        assert "http://acme.localhost:58000/f/contact/: what you send there appears in the inbox." in text


def test_an_installation_of_ones_own_is_left_alone(db: None) -> None:
    before = fingerprint()
    assert build() == ""
    assert fingerprint() == before


def test_the_table_without_the_demo_shows_no_password(db: None) -> None:
    text = table()
    assert PASSWORD not in text
    assert [line.split()[-1] for line in text.splitlines()[:2]] == [
        "http://alice.test:8000",
        "http://mallory.test:8000",
    ]


@pytest.mark.parametrize("command", [("seed_demo", "--if-empty"), ("demo_table",)])
def test_not_in_production(db: None, settings: Any, command: tuple[str, ...]) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match=r"production|development only"):
        call_command(*command)


def test_a_workspace_is_filled_once(alice_ws: Workspace) -> None:
    wanted = ("--contacts", "30", "--messages", "90", "--workspace", world.ALICE_HOST)
    assert seed(*wanted).startswith("alice.test has 30 contacts and 90 messages more (")
    assert seed(*wanted) == "Seed 1 is already in alice.test; --seed takes another number.\n"
    seed(*wanted, "--seed", "2")
    with workspace(alice_ws):
        assert (Contact.objects.count(), Message.objects.count()) == (60, 180)


def test_half_of_a_seed_is_a_clear_error(alice_ws: Workspace) -> None:
    seed("--contacts", "30", "--workspace", world.ALICE_HOST)
    with workspace(alice_ws):
        Contact.objects.all().delete()
    with pytest.raises(CommandError, match=r"Some of seed 1 is already in alice\.test"):
        seed("--contacts", "30", "--workspace", world.ALICE_HOST)
    with workspace(alice_ws):
        assert Contact.objects.count() == 0


def test_nobody_elses_workspace_is_filled(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    seed("--contacts", "30", "--messages", "90", "--workspace", world.ALICE_HOST)
    with workspace(mallory_ws):
        assert (Contact.objects.count(), Message.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Say --if-empty, or how much: --contacts 1000 --messages 5000."),
        (["--contacts", "many"], "invalid amount value: 'many'"),
        (["--contacts", "-5"], "invalid amount value: '-5'"),
        (["--messages", "5", "--contacts", "0"], "Messages need somebody who writes them"),
        (["--contacts", "5", "--workspace", "nobody.test"], "No workspace has the host, schema or id"),
        (["--contacts", "5", "--until", "soon"], "invalid moment value: 'soon'"),
    ],
)  # fmt: skip
def test_bad_input_is_a_clear_error(db: None, arguments: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        seed(*arguments)
