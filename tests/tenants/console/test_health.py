"""One word for how a workspace is: each sign alone, the worst counts, and list and page say the same."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from core.accounts.models import User
from tenants.console import queries
from tenants.console.health import SIGNS, Level, Word
from tenants.console.listing import Wanted, tally
from tenants.context import platform
from tenants.models import DataRun, Domain, FleetFault, SetupStep, Workspace
from tests.tenants.console.making import a_workspace, ago, keep_facts, mail

pytestmark = pytest.mark.usefixtures("db")

ROSA = Q(reseller__slug="rosa", name="Client")


def health(row: Workspace) -> tuple[str, list[str]]:
    with platform():
        found = queries.looked_at(row).health
    return found.word, [sign.says for sign in found.reasons]


def _step(row: Workspace) -> None:
    SetupStep.objects.create(workspace=row, key="first-form", state="failed", error="E")


def _fault(row: Workspace) -> None:
    FleetFault.objects.create(schema=row.schema or "", workspace=row, migration="m.0001", error="E")


def _data(row: Workspace) -> None:
    DataRun.objects.create(workspace=row, key="m.0002", state="failed", error="E")


def _no_domain(row: Workspace) -> None:
    Domain.objects.filter(workspace=row).delete()


def _mail(**counted: int) -> Callable[[Workspace], None]:
    return lambda row: keep_facts(row, seen=ago(days=1), mail=mail(**counted))


def _seen(**time: float) -> Callable[[Workspace], None]:
    return lambda row: keep_facts(row, seen=ago(**time))


CASES: list[tuple[str, dict[str, Any], Callable[[Workspace], None], list[str]]] = [
    ("Trouble", {}, _step, ["A step of its set-up failed."]),
    ("Trouble", {}, _fault, ["It could not be brought to this release."]),
    ("Trouble", {}, _mail(sent=94, bounced=6), ["More than 5 % of its mail bounces."]),
    ("Good", {}, _mail(sent=95, bounced=5), []),
    ("Good", {}, _mail(sent=1, bounced=18), []),
    ("Trouble", {}, _mail(sent=89, failed=11), ["More than 10 % of its mail fails."]),
    ("Good", {}, _mail(sent=90, failed=10), []),
    ("Trouble", {}, _mail(sent=1000, complained=4), ["More than 0.3 % of its mail is called unwanted."]),
    ("Good", {}, _mail(sent=1000, complained=3), []),
    ("Look at it", {"state": "past_due"}, _seen(days=1), ["It is past due."]),
    ("Look at it", {"state": "building", "age": 1}, _seen(days=1), ["Its set-up takes long."]),
    ("Good", {"state": "building"}, _seen(days=1), []),
    ("Look at it", {}, _no_domain, ["No address leads to it."]),
    ("Look at it", {}, _data, ["Its data could not be moved to this release."]),
    ("Look at it", {"age": 8}, lambda row: keep_facts(row, seats=1), ["Nobody has come in yet."]),
    ("Good", {"age": 6}, lambda row: keep_facts(row, seats=1), []),
    ("Look at it", {"age": 90}, _seen(days=31), ["Nobody was here for 30 days."]),
    ("Good", {"age": 90}, _seen(days=29), []),
    ("Good", {"age": 90}, lambda row: keep_facts(row, seen=ago(days=60), answered=ago(days=1)), []),
    (
        "Look at it",
        {},
        lambda row: keep_facts(row, seen=ago(days=0), waiting_since=ago(days=8)),
        ["A customer has waited for an answer for more than 7 days."],
    ),
    ("Good", {}, lambda row: keep_facts(row, seen=ago(days=0), waiting_since=ago(days=6)), []),
    ("Closed", {"state": "suspended", "age": 90}, _seen(days=31), []),
    ("Closed", {"state": "archived", "age": 90}, _fault, []),
    ("Good", {"age": 90}, lambda row: None, []),
]


@pytest.mark.parametrize(("word", "columns", "make", "says"), CASES)
def test_each_sign(
    word: str, columns: dict[str, Any], make: Callable[[Workspace], None], says: list[str]
) -> None:
    """As the page says it, as the list filters it, and as the chips count it."""
    row = a_workspace(**columns)
    with platform():
        make(row)
        asked = {known.label: known.value for known in Word}[word]
        found = [one.pk for one in queries.workspaces(ROSA, Wanted(health=asked)).rows]
        counted = tally(ROSA, wanted=Wanted()).healths
    assert health(row) == (word, says)
    assert found == [row.id]
    assert counted == {known.value: int(known.label == word) for known in Word}


def test_every_sign_has_a_case() -> None:
    said = {line for _, _, _, says in CASES for line in says}
    assert said == {sign.says for _, sign in SIGNS}


def test_the_worst_counts_and_stands_first() -> None:
    row = a_workspace(age=90, state="past_due")
    keep_facts(row, seen=ago(days=40), mail=mail(sent=10, bounced=90))
    assert health(row) == (
        "Trouble",
        ["More than 5 % of its mail bounces.", "It is past due.", "Nobody was here for 30 days."],
    )


def test_figures_nobody_gathered_yet_are_no_trouble() -> None:
    row = a_workspace(age=90)
    keep_facts(row)
    with platform():
        Domain.objects.filter(workspace=row).update(is_primary=False)
    assert health(row) == ("Look at it", ["Nobody has come in yet."])


def called_client(row: Workspace, *, age: int = 0) -> Workspace:
    """A workspace with a schema, whose page looks inside for its owner; so many days old."""
    with platform():
        created = timezone.now() - timedelta(days=age)
        Workspace.objects.filter(id=row.id).update(name="Client", created_at=created)
        row.refresh_from_db()
    return row


class TestPages:
    def test_the_list_tells_the_reasons(self, client_for: Callable[..., Client], rosa: User) -> None:
        row = a_workspace(age=90)
        keep_facts(row, seats=4, seen=ago(days=40), storage=2_400_000, mail=mail(sent=470, bounced=30))
        text = " ".join(client_for(rosa).get("/workspaces/?q=client").content.decode().split())
        shown = (
            "Trouble",
            "More than 5 % of its mail bounces.",
            "Nobody was here for 30 days.",
            "2.4 MB",
            "6.0 %",
        )
        assert [words in text for words in shown] == [True] * 5
        assert 'class="hint above" tabindex="0"' in text

    def test_the_page_tells_what_to_do(
        self, client_for: Callable[..., Client], rosa: User, alice_ws: Workspace
    ) -> None:
        row = called_client(alice_ws, age=90)
        keep_facts(
            row, seats=4, people=6, seen=ago(days=40), open=12, mail=mail(sent=470, bounced=20, failed=10)
        )
        text = " ".join(client_for(rosa).get(f"/workspaces/{row.id}/").content.decode().split())
        shown = (
            "Call them: a client who does not come in will leave.",
            "of 6 people",
            "470 sent",
            "10 failed",
            "as of",
        )
        assert [words in text for words in shown] == [True] * 5
        assert 'viewBox="0 0 500 8"' in text

    def test_operators_are_led_to_the_reason(
        self, client_for: Callable[..., Client], olga: User, rosa: User, alice_ws: Workspace
    ) -> None:
        row = called_client(alice_ws)
        with platform():
            _fault(row)
        pages = [client_for(user).get(f"/workspaces/{row.id}/").content.decode() for user in (olga, rosa)]
        assert ["/fleet/faults/?q=Client" in page for page in pages] == [True, False]

    def test_without_figures_it_says_when_they_come(
        self, client_for: Callable[..., Client], rosa: User, alice_ws: Workspace
    ) -> None:
        row = called_client(alice_ws)
        text = client_for(rosa).get(f"/workspaces/{row.id}/").content.decode()
        assert "They are being read for the first time." in text

    def test_the_overview_begins_with_who_needs_somebody(
        self, client_for: Callable[..., Client], rosa: User
    ) -> None:
        quiet, failing = a_workspace(name="Quiet", age=90), a_workspace(name="Failing")
        foreign = a_workspace("rita", name="CANARY", age=90)
        keep_facts(quiet, seen=ago(days=31), seats=3)
        keep_facts(foreign, seen=ago(days=31), seats=100)
        with platform():
            _fault(failing)
        page = client_for(rosa).get("/")
        assert [one.name for one in page.context["attention"]] == ["Failing", "Quiet"]
        figures = {figure.label: (figure.value, figure.note) for figure in page.context["figures"]}
        assert figures["Need attention"] == (2, "1 in trouble")
        assert figures["Active seats"] == (3, "1.0 a workspace")
        assert "CANARY" not in page.content.decode()


def test_levels_and_words_are_the_same() -> None:
    assert {word.rank: word.label for word in Word} == dict(Level.choices)
    assert [word.rank.value for word in Word] == [2, 1, 0, -1]
