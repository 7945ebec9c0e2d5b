"""The operators' resellers: searched, by state, with what their workspaces come to; and the one search."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.accounts.models import User
from tenants.console import cursors, reseller_list
from tenants.console.reseller_list import Sums
from tenants.console.rows import PAGE
from tenants.context import Place, platform
from tenants.models import Domain, FleetFault, Reseller, Workspace
from tests import world
from tests.tenants.console.making import a_workspace, ago, keep_facts

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
LIST = "/resellers/"


def a_reseller(name: str, slug: str, **columns: str) -> Reseller:
    with platform():
        row = Reseller.objects.create(name=name, slug=slug, **columns)
        Domain.objects.create(host=f"{slug}.console.test", kind="reseller", reseller=row)
    return row


class TestSums:
    def test_they_are_of_one_reseller_each(self, on_platform: Place) -> None:
        for number, slug in enumerate(("rosa", "rosa", "rita")):
            row = a_workspace(slug, age=90)
            keep_facts(row, seats=10 + number, seen=ago(days=40 if slug == "rosa" else 1))
        closed = a_workspace("rita", state="suspended")
        keep_facts(closed, seats=500)
        fault = a_workspace("rita")
        FleetFault.objects.create(schema=fault.schema or "", workspace=fault, migration="m", error="E")
        found = {one.name: one.sums for one in reseller_list.resellers().rows}
        assert found == {
            "Rosa's": Sums(number=3, seats=21, trouble=0, look=2),
            "Rita's": Sums(number=4, seats=12, trouble=1, look=0),
        }
        assert [found[name].word for name in ("Rosa's", "Rita's")] == ["Look at it", "Trouble"]

    def test_without_workspaces_there_is_nothing(self, on_platform: Place) -> None:
        assert reseller_list.sums_of(a_reseller("New", "new").id) == Sums()


class TestList:
    @pytest.mark.parametrize(
        ("words", "names"), [("polar", ["Polar"]), ("POLAR.con", ["Polar"]), ("rosa@", ["Rosa's"])]
    )
    def test_searching(self, client_for: ClientFor, olga: User, words: str, names: list[str]) -> None:
        a_reseller("Polar", "polar")
        page = client_for(olga).get(f"{LIST}?q={words}")
        assert ([one.name for one in page.context["resellers"]], page.context["total"]) == (names, len(names))

    @pytest.mark.parametrize("words", ["zürich.con", "xn--zrich"])
    def test_a_console_is_found_in_its_letters(self, client_for: ClientFor, olga: User, words: str) -> None:
        a_reseller("Alpine", "xn--zrich-kva")
        for page in (f"{LIST}?q={words}", f"/search/?q={words}"):
            text = client_for(olga).get(page).content.decode()
            assert (text.count("Alpine"), "zürich.console.test" in text) == (1, True)

    def test_by_state(self, client_for: ClientFor, olga: User) -> None:
        a_reseller("Polar", "polar", state="suspended")
        page = client_for(olga).get(f"{LIST}?state=suspended")
        assert [one.name for one in page.context["resellers"]] == ["Polar"]
        assert page.context["states"] == {"active": 2, "suspended": 1}

    def test_pages_follow_each_other(self, client_for: ClientFor, olga: User) -> None:
        for number in range(PAGE + 3):
            a_reseller(f"R{number % 5}", f"r{number:03}")
        with platform():
            first = reseller_list.resellers()
            second = reseller_list.resellers(after=cursors.read(first.next_cursor, kind=str))
            everybody = set(Reseller.objects.values_list("id", flat=True))
        ids = [one.pk for one in (*first.rows, *second.rows)]
        assert (len(ids), set(ids), second.next_cursor) == (PAGE + 5, everybody, "")
        rows = client_for(olga).get(f"{LIST}?after={first.next_cursor}").content.decode()
        assert (rows.count("<tr>"), "<html" in rows) == (5, False)

    @pytest.mark.parametrize("query", ["q=%00", "state=gone", "after=nonsense", "after=WzEsMl0"])
    def test_bad_input_is_the_plain_list(self, client_for: ClientFor, olga: User, query: str) -> None:
        page = client_for(olga).get(f"{LIST}?{query}")
        assert (page.status_code, page.context["total"]) == (200, 2)


class TestSearch:
    def test_it_works(self, client_for: ClientFor, olga: User, alice_ws: Workspace) -> None:
        page = client_for(olga).get("/search/?q=rosa")
        found = page.context["found"]
        assert [one.pk for one in found.workspaces] == [alice_ws.id]
        assert [one.name for one in found.resellers] == ["Rosa's"]
        assert [one.user.email for one in found.staff] == ["rosa@rosa.test"]
        assert "Owner at Rosa&#x27;s" in page.content.decode()

    def test_a_schema_leads_to_its_workspace(
        self, client_for: ClientFor, olga: User, alice_ws: Workspace
    ) -> None:
        found = client_for(olga).get(f"/search/?q={alice_ws.schema}").context["found"]
        assert ([one.pk for one in found.workspaces], found.resellers, found.staff) == ([alice_ws.id], [], [])

    @pytest.mark.parametrize(
        ("headers", "holds"),
        [
            ({}, ["<html", "search-words", 'id="found"']),
            ({"hx-request": "true"}, ["search-words", 'id="found"']),
            ({"hx-request": "true", "hx-target": "div#found"}, ['id="found"']),
        ],
    )
    def test_in_the_sheet_and_while_typing(
        self, client_for: ClientFor, olga: User, headers: dict[str, str], holds: list[str]
    ) -> None:
        page = client_for(olga).get("/search/?q=rosa", headers=headers).content.decode()
        assert [mark for mark in ("<html", "search-words", 'id="found"') if mark in page] == holds

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("", "Type at least two letters."),
            ("?q=a", "Type at least two"),
            ("?q=%00%00", "Type at"),
            ("?q=zzz", "Nothing has “zzz” in it."),
        ],
    )
    def test_bad_input_is_a_clear_answer(
        self, client_for: ClientFor, olga: User, query: str, said: str
    ) -> None:
        page = client_for(olga).get(f"/search/{query}")
        assert (page.status_code, said in page.content.decode()) == (200, True)

    def test_every_page_of_operators_leads_there(self, client_for: ClientFor, olga: User, rosa: User) -> None:
        marks = ['data-key="/"' in client_for(user).get("/").content.decode() for user in (olga, rosa)]
        assert marks == [True, False]

    @pytest.mark.parametrize("who", ["rosa", "alice"])
    def test_it_checks_permission(
        self, client_for: ClientFor, request: pytest.FixtureRequest, who: str
    ) -> None:
        user = request.getfixturevalue(who)
        assert client_for(user).get("/search/?q=rita").status_code == 404
        if who == "rosa":
            at_operators = client_for(user, host=world.PLATFORM_HOST)
            assert at_operators.get("/search/?q=rita").headers["Location"].startswith("/account/login/")

    @pytest.mark.usefixtures("warm")
    def test_more_of_them_ask_no_more_questions(self, client_for: ClientFor, olga: User) -> None:
        client, counts = client_for(olga), []
        client.get("/search/?q=ro")
        for number in (0, 2):
            for index in range(number):
                a_reseller(f"Rolf {index}", f"rolf{index}")
                a_workspace(name=f"Rodeo {index}")
            with CaptureQueriesContext(connection) as asked:
                client.get("/search/?q=ro")
            counts.append(len(asked))
        assert counts == [10, 10]
