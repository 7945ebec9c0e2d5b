"""Workspaces in both consoles: the list, one of them, suspending a client and reactivating it."""

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.accounts.models import User
from tenants.console import columns, cursors, queries
from tenants.console.columns import Column
from tenants.console.cursors import Cursor
from tenants.console.listing import Wanted
from tenants.console.rows import PAGE
from tenants.context import Place, platform, workspace
from tenants.ids import uuid7
from tenants.models import Domain, Reseller, SetupStep, Staff, Workspace
from tests import world

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
LIST = "/workspaces/"


def state_of(row: Workspace) -> str:
    with platform():
        return Workspace.objects.get(id=row.id).state


def more_workspaces(slug: str, number: int) -> None:
    """Rows without schemas, as many as a list may need."""
    with platform():
        reseller = Reseller.objects.get(slug=slug)
        for index in range(number):
            row = Workspace.objects.create(
                reseller=reseller,
                name=f"Client {index:03}",
                owner_email="x@x.test",
                schema=f"w_{uuid7().hex[-20:]}",
            )
            Domain.objects.create(
                host=f"c{row.id.hex[-12:]}.test", kind="workspace", reseller=reseller, workspace=row
            )


class TestList:
    @pytest.mark.parametrize("path", ["/", LIST])
    def test_it_works(self, client_for: ClientFor, rosa: User, path: str) -> None:
        page = client_for(rosa).get(path).content.decode()
        assert "Alice&#x27;s" in page
        assert "http://alice.test:8000" in page or path == "/"

    @pytest.mark.parametrize("path", ["/", LIST, f"{LIST}?q=mallory", f"{LIST}?q=%25", f"{LIST}?q=."])
    def test_other_resellers_clients_are_not_in_it(
        self, client_for: ClientFor, rosa: User, path: str, mallory_ws: Workspace
    ) -> None:
        page = client_for(rosa).get(path).content.decode().replace('value="mallory"', "")
        canaries = ("Mallory", "mallory.test", str(mallory_ws.id), "Rita")
        assert [canary for canary in canaries if canary in page] == []

    def test_operators_see_all(self, client_for: ClientFor, olga: User) -> None:
        page = client_for(olga).get(LIST).content.decode()
        assert [name in page for name in ("Alice&#x27;s", "Mallory&#x27;s", "Rita&#x27;s")] == [True] * 3

    @pytest.mark.parametrize("words", ["ALICE", "lice.te", "alice's"])
    def test_searching(self, on_platform: Place, words: str) -> None:
        assert [row.name for row in queries.workspaces(Q(), Wanted(words=words)).rows] == ["Alice's"]

    @pytest.mark.parametrize("query", ["after=nonsense", "q=%00", "q=" + "x" * 3000, "after=%00"])
    def test_bad_input_is_the_plain_list(self, client_for: ClientFor, rosa: User, query: str) -> None:
        assert client_for(rosa).get(f"{LIST}?{query}").status_code == 200

    def test_pages_follow_each_other(self, client_for: ClientFor, rosa: User, on_platform: Place) -> None:
        more_workspaces("rosa", PAGE + 5)
        whose = Q(reseller__slug="rosa")
        first = queries.workspaces(whose)
        second = queries.workspaces(whose, Wanted(after=cursors.read(first.next_cursor, kind=UUID)))
        names = [row.name for row in [*first.rows, *second.rows]]
        assert names == [f"Client {index:03}" for index in reversed(range(PAGE + 5))] + ["Alice's"]
        assert second.next_cursor == ""
        rows = client_for(rosa).get(f"{LIST}?after={first.next_cursor}").content.decode()
        assert rows.count("<tr>") == 6
        assert "<html" not in rows

    @pytest.mark.usefixtures("warm")
    @pytest.mark.parametrize(("path", "questions"), [("/", 10), (LIST, 8)])
    def test_a_longer_list_asks_no_more_questions(
        self, client_for: ClientFor, rosa: User, path: str, questions: int
    ) -> None:
        client = client_for(rosa)
        client.get(path)
        counts = []
        for number in (0, 2):
            more_workspaces("rosa", number)
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            counts.append(len(asked))
        assert counts == [questions, questions]

    @pytest.mark.parametrize(
        ("query", "total"), [("", 4), ("?q=client", 3), ("?q=alice.test", 1), ("?q=zz", 0)]
    )
    def test_what_matches_is_counted(self, client_for: ClientFor, rosa: User, query: str, total: int) -> None:
        more_workspaces("rosa", 3)
        assert client_for(rosa).get(f"{LIST}{query}").context["total"] == total

    def test_the_next_rows_are_not_counted(self, client_for: ClientFor, rosa: User) -> None:
        client = client_for(rosa)
        newest = Cursor(uuid7(), uuid7())
        with CaptureQueriesContext(connection) as asked:
            rows = client.get(f"{LIST}?after={newest}")
        assert "Alice&#x27;s" in rows.content.decode()
        assert [query["sql"] for query in asked if "COUNT(" in query["sql"]] == []

    @pytest.fixture
    def column(self) -> Iterator[None]:
        columns.register(
            Column(
                key="city", label="City", values=lambda rows: {row.id: f"City of {row.name}" for row in rows}
            )
        )
        yield
        del columns._columns["city"]

    @pytest.mark.usefixtures("column")
    def test_others_add_columns(self, client_for: ClientFor, rosa: User) -> None:
        page = client_for(rosa).get(LIST).content.decode()
        assert '<th scope="col" class="wide">City</th>' in page
        assert '<td class="wide">City of Alice&#x27;s</td>' in page


class TestOne:
    def test_it_works(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        page = client_for(rosa).get(f"{LIST}{alice_ws.id}/").content.decode()
        shown = ("alice.test", "Make the workspace", "Invite the owner", "Suspend", "Brand")
        assert [text in page for text in shown] == [True] * 5

    @pytest.mark.parametrize("state", ["archived", "deleted"])
    def test_what_was_put_away_is_restored_first(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, state: str
    ) -> None:
        with platform():
            Workspace.objects.filter(id=alice_ws.id).update(state=state, purge_at=timezone.now())
        page = client_for(rosa).get(f"{LIST}{alice_ws.id}/").content.decode()
        words = ("Rename", "Add a domain", "Brand</a>", "Enter for support", "Restore")
        assert [word in page for word in words] == [False] * 4 + [True]

    def test_operators_see_it_too(self, client_for: ClientFor, olga: User, alice_ws: Workspace) -> None:
        page = client_for(olga).get(f"{LIST}{alice_ws.id}/").content.decode()
        assert "Rosa&#x27;s" in page
        assert f"/settings/brand/{alice_ws.id}/" not in page

    @pytest.mark.parametrize("query", ["", "?steps"])
    def test_other_resellers_get_404(
        self, client_for: ClientFor, rita: User, alice_ws: Workspace, query: str
    ) -> None:
        response = client_for(rita).get(f"{LIST}{alice_ws.id}/{query}")
        assert response.status_code == 404
        assert "Alice" not in response.content.decode()

    def test_a_set_up_is_watched(self, client_for: ClientFor, rosa: User, on_platform: Place) -> None:
        more_workspaces("rosa", 1)
        row = Workspace.objects.get(name="Client 000")
        SetupStep.objects.create(
            workspace=row, key="invite-owner", state="failed", error="CANARY stack trace"
        )
        client = client_for(rosa)
        part = client.get(f"{LIST}{row.id}/?steps").content.decode()
        assert "<html" not in part
        assert "did not work. Nothing is lost, and nobody can sign in before it does." in part
        assert "It is a fault on our side" in part
        assert "CANARY" not in part
        assert 'hx-trigger="every 5s"' in part
        SetupStep.objects.update(state="pending")
        assert 'hx-trigger="every 450ms"' in client.get(f"{LIST}{row.id}/?steps").content.decode()
        Workspace.objects.filter(id=row.id).update(state="active")
        over = client.get(f"{LIST}{row.id}/?steps", headers={"hx-request": "true"})
        assert over.headers["HX-Redirect"] == f"{LIST}{row.id}/"


class TestState:
    def test_it_works(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        client, visitor = client_for(rosa), Client(HTTP_HOST=world.ALICE_HOST)
        url = f"{LIST}{alice_ws.id}/state/"
        assert client.post(url, {"state": "suspended"}).headers["Location"] == f"{LIST}{alice_ws.id}/"
        assert state_of(alice_ws) == "suspended"
        notice = visitor.get("/account/login/")
        assert notice.status_code == 403
        assert "is not available at the moment" in notice.content.decode()
        client.post(url, {"state": "active"})
        assert state_of(alice_ws) == "active"
        assert visitor.get("/account/login/").status_code == 200

    @pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
    def test_it_says_first_what_happens(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, charlie: User, headers: dict[str, str]
    ) -> None:
        with workspace(alice_ws):
            User.objects.filter(id=charlie.id).update(is_active=False)
        page = client_for(rosa).get(f"{LIST}{alice_ws.id}/suspend/", headers=headers)
        assert "2 people are signed out; nothing is deleted." in page.content.decode()
        assert (state_of(alice_ws), "<html" in page.content.decode()) == ("active", not headers)

    def test_asking_checks_permission(
        self, client_for: ClientFor, rosa: User, rita: User, alice_ws: Workspace
    ) -> None:
        url = f"{LIST}{alice_ws.id}/suspend/"
        assert client_for(rita).get(url).status_code == 404
        with platform():
            Staff.objects.filter(user_id=rosa.id).update(role="billing")
        assert client_for(rosa).get(url).status_code == 403

    @pytest.mark.parametrize("path", ["/f/contact/", "/f/contact/?embed=1", "/f/anything/thanks/"])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_its_customers_see_a_closed_form(self, alice_ws: Workspace, path: str, method: str) -> None:
        with platform():
            Workspace.objects.filter(id=alice_ws.id).update(state="suspended")
        page = getattr(Client(HTTP_HOST=world.ALICE_HOST), method)(path)
        text = page.content.decode()
        assert (page.status_code, "This form is closed" in text) == (410, True)
        assert [word for word in ("Rosa", "rosa", "uspended") if word in text] == []
        framed = "frame-ancestors *" in page.headers["Content-Security-Policy"]
        assert (framed, "Alice&#x27;s" in text) == (("embed" in path), ("embed" not in path))

    def test_everybody_else_reads_who_can_help(self, alice_ws: Workspace) -> None:
        with platform():
            Workspace.objects.filter(id=alice_ws.id).update(state="suspended")
        page = Client(HTTP_HOST=world.ALICE_HOST).get("/").content.decode()
        shown = " ".join(re.sub("<[^>]+>", " ", page.split("<main")[1].split("</main>")[0]).split())
        assert "Alice&#x27;s is not available at the moment" in shown
        assert "Nothing was deleted. If you work here, Rosa&#x27;s can help." in shown
        assert "uspended" not in page

    def test_operators_may_too(self, client_for: ClientFor, olga: User, alice_ws: Workspace) -> None:
        client_for(olga).post(f"{LIST}{alice_ws.id}/state/", {"state": "suspended"})
        assert state_of(alice_ws) == "suspended"

    def test_it_checks_permission(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        with platform():
            Staff.objects.filter(user_id=rosa.id).update(role="billing")
        response = client_for(rosa).post(f"{LIST}{alice_ws.id}/state/", {"state": "suspended"})
        assert (response.status_code, state_of(alice_ws)) == (403, "active")

    def test_other_resellers_get_404(self, client_for: ClientFor, rita: User, alice_ws: Workspace) -> None:
        response = client_for(rita).post(f"{LIST}{alice_ws.id}/state/", {"state": "suspended"})
        assert (response.status_code, state_of(alice_ws)) == (404, "active")

    def test_a_link_changes_nothing(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        response = client_for(rosa).get(f"{LIST}{alice_ws.id}/state/?state=suspended")
        assert (response.status_code, state_of(alice_ws)) == (405, "active")

    def test_a_forged_form_is_refused(self, rosa: User, client_for: ClientFor, alice_ws: Workspace) -> None:
        client = client_for(rosa)
        client.handler.enforce_csrf_checks = True
        response = client.post(f"{LIST}{alice_ws.id}/state/", {"state": "suspended"})
        assert (response.status_code, state_of(alice_ws)) == (403, "active")

    @pytest.mark.parametrize("state", ["", "building", "deleted", "ACTIVE"])
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, state: str
    ) -> None:
        page = client_for(rosa).post(f"{LIST}{alice_ws.id}/state/", {"state": state}, follow=True)
        assert "A workspace can be suspended or reactivated, nothing else." in page.content.decode()
        assert state_of(alice_ws) == "active"

    @pytest.mark.parametrize(
        ("state", "said"),
        [
            ("active", "Client 000 is still being set up. It opens by itself when it is ready."),
            ("suspended", "Client 000 is still being set up. Suspend it when it is ready."),
        ],
    )
    def test_what_is_being_built_is_neither_opened_nor_suspended(
        self, client_for: ClientFor, rosa: User, state: str, said: str
    ) -> None:
        more_workspaces("rosa", 1)
        with platform():
            row = Workspace.objects.get(name="Client 000")
        page = client_for(rosa).post(f"{LIST}{row.id}/state/", {"state": state}, follow=True)
        assert [(message.level_tag, str(message)) for message in page.context["notices"]] == [("error", said)]
        assert state_of(row) == "building"

    def test_it_says_what_happened(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        client, said = client_for(rosa), []
        for state in ("suspended", "suspended", "active"):
            page = client.post(f"{LIST}{alice_ws.id}/state/", {"state": state}, follow=True)
            said += [str(message) for message in page.context["notices"]]
        suspended = "Alice's is suspended. Its people see a notice, and nothing is deleted."
        assert said == [suspended, suspended, "Alice's is active again."]


class TestWhoSuspended:
    """A reseller lifts what was theirs; what the platform suspended is the platform's alone."""

    def test_a_reseller_does_not_lift_the_platforms(
        self, client_for: ClientFor, rosa: User, olga: User, alice_ws: Workspace
    ) -> None:
        url = f"{LIST}{alice_ws.id}/state/"
        client_for(olga).post(url, {"state": "suspended"})
        page = client_for(rosa).post(url, {"state": "active"}, follow=True)
        said = [(message.level_tag, str(message)) for message in page.context["notices"]]
        assert said == [("error", "The platform suspended Alice's. Only its operators can reactivate it.")]
        assert state_of(alice_ws) == "suspended"
        text = page.content.decode()
        assert "Suspended by the platform since" in text
        assert "Only the platform’s operators can reactivate it." in text
        assert [word for word in (">Reactivate<", "Suspend for the platform") if word in text] == []

    @pytest.mark.parametrize("by", ["rosa", "olga"])
    def test_operators_lift_both(
        self, client_for: ClientFor, request: pytest.FixtureRequest, olga: User, alice_ws: Workspace, by: str
    ) -> None:
        url = f"{LIST}{alice_ws.id}/"
        client_for(request.getfixturevalue(by)).post(f"{url}state/", {"state": "suspended"})
        client = client_for(olga)
        text = client.get(url).content.decode()
        whose = {"rosa": "by Rosa&#x27;s since", "olga": "by the platform since"}[by]
        shown = [words in text for words in (f"Suspended {whose}", "Reactivate</button>")]
        assert (shown, "Suspend for the platform" in text) == ([True, True], by == "rosa")
        client.post(f"{url}state/", {"state": "active"})
        assert state_of(alice_ws) == "active"

    def test_operators_take_over_a_resellers(
        self, client_for: ClientFor, rosa: User, olga: User, alice_ws: Workspace
    ) -> None:
        url = f"{LIST}{alice_ws.id}/"
        client_for(rosa).post(f"{url}state/", {"state": "suspended"})
        asked = client_for(olga).get(f"{url}suspend/").content.decode()
        assert "Alice&#x27;s stays suspended, and Rosa&#x27;s can no longer reactivate it." in asked
        assert client_for(rosa).get(f"{url}suspend/").status_code == 302
        client_for(olga).post(f"{url}state/", {"state": "suspended"})
        client_for(rosa).post(f"{url}state/", {"state": "active"})
        assert state_of(alice_ws) == "suspended"

    @pytest.mark.parametrize("state", ["archived", "deleted"])
    @pytest.mark.parametrize("wanted", ["suspended", "active"])
    def test_one_that_was_put_away_is_neither_suspended_nor_opened(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, state: str, wanted: str
    ) -> None:
        with platform():
            Workspace.objects.filter(id=alice_ws.id).update(state=state, purge_at=timezone.now())
        page = client_for(rosa).post(f"{LIST}{alice_ws.id}/state/", {"state": wanted}, follow=True)
        assert f"Alice&#x27;s is {state}, so nothing was changed." in page.content.decode()
        assert state_of(alice_ws) == state
