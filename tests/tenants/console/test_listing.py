"""The list of workspaces: every order through all pages, filters with counts, and nobody else's rows."""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.accounts.models import User
from core.limits import Unlimited
from tenants.console import cursors, listing, queries
from tenants.console.cursors import Cursor
from tenants.console.listing import Wanted, tally
from tenants.context import Place, platform
from tenants.ids import uuid7
from tenants.models import Workspace
from tests.tenants.console.making import a_workspace, ago, keep_facts, mail

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
LIST = "/workspaces/"
ROSA = Q(reseller__slug="rosa")
ORDERS = ["activity", "address", "health", "mail", "name", "plan", "seats", "since", "state", "storage"]


def a_fleet(slug: str = "rosa", number: int = 7, *, name: str = "Client") -> list[Workspace]:
    """Workspaces with figures in no order, equal ones among them."""
    chance, rows = random.Random(4), []
    for index in range(number):
        row = a_workspace(
            slug, name=f"{name} {chance.randint(0, 3)}", state=chance.choice(["active", "past_due"])
        )
        if index % 4:
            keep_facts(
                row,
                seats=chance.randint(1, 3),
                storage=chance.randint(1, 3),
                seen=ago(days=chance.choice([1, 2, 40])),
                mail=mail(sent=100, bounced=chance.choice([0, 7])),
            )
        rows.append(row)
    return rows


def walk(scope: Q, *, order: str, down: bool, size: int) -> list[UUID]:
    """All ids, page by page."""
    seen: list[UUID] = []
    after: Cursor | None = None
    while True:
        page = queries.workspaces(scope, Wanted(order=order, down=down, after=after), size=size)
        seen += [row.pk for row in page.rows]
        if not page.next_cursor:
            return seen
        after = cursors.read(page.next_cursor, kind=listing.orders()[order].kind)
        assert after is not None


class TestOrder:
    def test_these_are_the_columns(self) -> None:
        assert sorted(listing.orders()) == ORDERS

    @pytest.mark.parametrize("order", ORDERS)
    @pytest.mark.parametrize("down", [True, False])
    def test_pages_hold_each_row_once_in_order(self, on_platform: Place, order: str, down: bool) -> None:
        everybody = {row.id for row in a_fleet()} | set(
            Workspace.objects.filter(ROSA).values_list("id", flat=True)
        )
        whole = walk(ROSA, order=order, down=down, size=50)
        assert (len(whole), set(whole)) == (8, everybody)
        assert walk(ROSA, order=order, down=down, size=3) == whole
        assert walk(ROSA, order=order, down=not down, size=3) == whole[::-1]

    @pytest.mark.parametrize(
        ("order", "values"),
        [
            ("seats", (9, 4, None)),
            ("storage", (9_000, 4, None)),
            ("seen", ("2026-02-01T00:00:00+00:00", "2025-01-01T00:00:00+00:00", None)),
        ],
    )
    def test_it_is_the_order_of_what_is_shown(
        self, on_platform: Place, order: str, values: tuple[Any, ...]
    ) -> None:
        rows = [a_workspace(name="Sorted") for _ in values]
        for row, value in zip(rows, values, strict=True):
            if value is not None:
                keep_facts(row, **{order: value})
        by = "activity" if order == "seen" else order
        found = queries.workspaces(Q(name="Sorted"), Wanted(order=by)).rows
        assert [one.pk for one in found] == [row.id for row in rows]

    def test_it_is_a_row_comparison(self, on_platform: Place) -> None:
        """The OR form costs as much as counting through."""
        after = Cursor(3, uuid7())
        with CaptureQueriesContext(connection) as asked:
            queries.workspaces(Q(), Wanted(order="seats", after=after))
        assert ") < (3, " in asked[0]["sql"]
        assert " OR " not in asked[0]["sql"].split(") < (3, ")[0].rsplit("WHERE", 1)[1].rsplit("(", 3)[0]

    def test_plans_come_from_the_door(self, client_for: ClientFor, rosa: User) -> None:
        page = client_for(rosa).get(f"{LIST}?sort=plan")
        assert page.context["workspaces"][0].cells == (Unlimited.NAME,)
        assert '<td class="wide">Unlimited</td>' in page.content.decode()


class TestAddress:
    @pytest.mark.parametrize(
        "query",
        [
            "sort=nonsense",
            "sort=-",
            "sort=--seats",
            "state=gone",
            "health=fine",
            "after=x&sort=seats",
            "sort=%00",
        ],
    )
    def test_bad_input_is_the_plain_list(self, client_for: ClientFor, rosa: User, query: str) -> None:
        page = client_for(rosa).get(f"{LIST}?{query}")
        assert (page.status_code, [one.name for one in page.context["workspaces"]]) == (200, ["Alice's"])
        assert "<html" in page.content.decode()

    @pytest.mark.parametrize("value", ["text", 2**70, 1.5, None, True, [1], {"a": 1}])
    def test_a_cursor_of_another_order_is_none(self, value: object) -> None:
        import base64
        import json

        text = base64.urlsafe_b64encode(json.dumps([value, str(uuid7())]).encode()).decode()
        assert cursors.read(text, kind=int) is None

    @pytest.mark.parametrize("text", ["", "é", "a" * 5000, "W10", "bnVsbA", "\0", "e30", "WzEsMl0"])
    def test_a_cursor_that_was_not_made_here_is_none(self, text: str) -> None:
        assert [cursors.read(text, kind=kind) for kind in (int, str, UUID)] == [None] * 3

    def test_what_is_asked_for_stays_in_every_address(self, client_for: ClientFor, rosa: User) -> None:
        a_fleet(number=2)
        page = client_for(rosa).get(f"{LIST}?q=client&state=active&sort=-seats")
        heads, chips = page.context["heads"], page.context["chips"]
        assert heads["seats"].url == "?q=client&state=active&sort=seats"
        assert heads["name"].url == "?q=client&state=active&sort=name"
        assert (heads["seats"].sorted, heads["name"].sorted) == ("descending", "")
        chosen = [chip for chip in chips if chip.chosen]
        assert [(chip.label, chip.url) for chip in chosen] == [("Active", "?q=client&sort=-seats")]


class TestChips:
    def test_those_that_were_put_away_are_behind_a_chip(self, client_for: ClientFor, rosa: User) -> None:
        a_workspace("rosa", name="Gone", state="deleted")
        client = client_for(rosa)

        def shown(query: str) -> tuple[list[str], int]:
            context = client.get(f"{LIST}{query}").context
            return [one.name for one in context["workspaces"]], context["total"]

        assert shown("") == (["Alice's"], 1)
        assert shown("?state=deleted") == (["Gone"], 1)
        assert shown("?health=closed") == (["Gone"], 1)
        assert shown("?q=gone") == (["Gone"], 1)
        chips = client.get(LIST).context["chips"]
        assert [(chip.label, chip.count) for chip in chips if chip.label == "Deleted"] == [("Deleted", 1)]

    def test_they_count_what_a_click_would_leave(self, on_platform: Place) -> None:
        for state, name in (("active", "A"), ("active", "B"), ("past_due", "C"), ("suspended", "D")):
            a_workspace(name=f"Count {name}", state=state)
        wanted = Wanted(words="count", state="active")
        found = tally(ROSA, wanted=wanted)
        assert found.total == 2
        states = {state: number for state, number in found.states.items() if number}
        assert states == {"active": 2, "past_due": 1, "suspended": 1}
        assert found.healths == {"trouble": 0, "look": 0, "good": 2, "closed": 0}
        for state, number in states.items():
            assert len(queries.workspaces(ROSA, Wanted(words="count", state=state)).rows) == number

    def test_one_question(self, on_platform: Place) -> None:
        with CaptureQueriesContext(connection) as asked:
            tally(Q(), wanted=Wanted(words="a", health="good"))
        assert len(asked) == 1


class TestSearch:
    @pytest.mark.parametrize("words", ["needle", "needle.test", "NEEDLE@", "Nils Needle"])
    def test_by_name_address_and_owner(self, client_for: ClientFor, rosa: User, words: str) -> None:
        a_workspace(name="Needle")
        a_workspace(name="Hay", host="needle.test")
        a_workspace(name="Straw", owner_email="needle@x.test", owner_name="Nils Needle")
        a_workspace("rita", name="Needle CANARY", host="needle.rita.test", owner_email="needle@rita.test")
        page = client_for(rosa).get(f"{LIST}?q={words}")
        wanted = {"needle": 3, "needle.test": 1, "NEEDLE@": 1, "Nils Needle": 1}[words]
        assert (page.context["total"], len(page.context["workspaces"])) == (wanted, wanted)
        assert "CANARY" not in page.content.decode()

    @pytest.mark.parametrize(
        ("words", "names"),
        [
            ("münchen.test", ["Lit"]),
            ("MÜNCH", ["Lit"]),
            ("mu\u0308nchen", ["Lit"]),
            ("chen.te", ["Lit", "Plain"]),
            ("xn--mnchen", ["Lit"]),
            ("mnchen-3ya.test", ["Lit"]),
            ("müncher", []),
        ],
    )
    def test_a_domain_is_found_in_its_letters_and_as_dns_spells_it(
        self, on_platform: Place, words: str, names: list[str]
    ) -> None:
        a_workspace(name="Plain", host="muenchen.test")
        a_workspace(name="Lit", host="xn--mnchen-3ya.test")
        assert [one.name for one in queries.workspaces(ROSA, Wanted(words=words)).rows] == names

    def test_plain_names_are_found_by_their_letters_alone(self, on_platform: Place) -> None:
        a_workspace(name="Plain", host="modern.test")
        assert queries.workspaces(ROSA, Wanted(words="modem")).rows == []

    def test_operators_find_by_schema_and_reseller_too(
        self, client_for: ClientFor, olga: User, rosa: User, alice_ws: Workspace
    ) -> None:
        for words in (str(alice_ws.schema)[4:], "rosa"):
            assert [one.pk for one in client_for(olga).get(f"{LIST}?q={words}").context["workspaces"]] == [
                alice_ws.id
            ]
            assert client_for(rosa).get(f"{LIST}?q={words}").context["total"] == 0


class TestBoundary:
    @pytest.mark.parametrize("order", ORDERS)
    @pytest.mark.parametrize("down", ["-", ""])
    def test_a_foreign_cursor_or_order_shows_own_rows_only(
        self, client_for: ClientFor, rosa: User, order: str, down: str
    ) -> None:
        """The cursor is made from Rita's row; Rosa's list goes on from there in her own rows."""
        a_fleet("rita", 5, name="CANARY")
        own = {row.id for row in a_fleet("rosa", 5)}
        with platform():
            wanted = Wanted(order=order, down=bool(down))
            foreign = queries.workspaces(Q(reseller__slug="rita"), wanted, size=2).next_cursor
        client = client_for(rosa)
        for query in (f"sort={down}{order}", f"sort={down}{order}&after={foreign}"):
            page = client.get(f"{LIST}?{query}")
            assert "CANARY" not in page.content.decode()
            # A part without rows renders no template of which Django's client is told.
            shown = page.context["workspaces"] if page.context else []
            assert {one.pk for one in shown} - own <= {one.pk for one in shown if one.name == "Alice's"}

    def test_counts_are_of_own_rows(self, client_for: ClientFor, rosa: User) -> None:
        a_fleet("rita", 5)
        page = client_for(rosa).get(LIST)
        assert (page.context["total"], sum(chip.count for chip in page.context["chips"])) == (1, 2)


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("path", ["/", LIST, f"{LIST}?sort=-health", f"{LIST}?q=client&sort=plan"])
def test_a_longer_list_asks_no_more_questions(client_for: ClientFor, rosa: User, path: str) -> None:
    client = client_for(rosa)
    a_fleet(number=1)
    client.get(path)
    counts = []
    for number in (0, 2, 47):
        a_fleet(number=number)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        counts.append(len(asked))
    assert counts == [{"/": 12}.get(path, 8)] * 3
