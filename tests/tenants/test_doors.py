"""What is said at the door of a workspace that is read-only or closed, to people, htmx and programs."""

from collections.abc import Callable

import pytest
from django.db import DataError, connection
from django.test import Client

from core.accounts.models import User
from tenants import states
from tenants.context import NOWHERE, entered, platform, workspace
from tenants.models import Workspace
from tests import world

ClientFor = Callable[..., Client]
BANNER = "Read-only: a payment is past due."


@pytest.fixture
def past_due(alice_ws: Workspace) -> Workspace:
    with platform():
        states.mark_past_due(alice_ws)
    return alice_ws


def closed(row: Workspace, state: str, *, with_schema: bool = True) -> None:
    changes = {"state": state} if with_schema else {"state": state, "schema": None, "archive": "x.zip"}
    with platform():
        Workspace.objects.filter(id=row.id).update(**changes)


class TestPastDue:
    @pytest.mark.parametrize("path", ["/inbox/", "/contacts/", "/settings/team/", "/settings/forms/"])
    def test_every_page_is_read_under_a_banner(
        self, client_for: ClientFor, past_due: Workspace, alice: User, path: str
    ) -> None:
        page = client_for(alice).get(path)
        assert (page.status_code, page.content.decode().count(BANNER)) == (200, 1)
        assert "Rosa&#x27;s can help." in page.content.decode()

    def test_others_show_none(self, client_for: ClientFor, alice: User) -> None:
        page = client_for(alice).get("/inbox/").content.decode()
        assert [page.count(part) for part in (BANNER, " data-read-only", 'data-key="c"')] == [0, 0, 1]

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_nothing_is_written(
        self, client_for: ClientFor, past_due: Workspace, alice: User, method: str
    ) -> None:
        answer = getattr(client_for(alice), method)("/settings/team/add/", {"email": "new@alice.test"})
        assert (answer.status_code, answer.headers["X-Refusal"]) == (403, "read-only")
        page = answer.content.decode()
        assert "Nothing was changed" in page
        assert "Once Rosa&#x27;s marks it as paid, you can work as before." in page

    def test_htmx_is_told_in_a_header(self, client_for: ClientFor, past_due: Workspace, alice: User) -> None:
        answer = client_for(alice).post("/settings/team/add/", headers={"HX-Request": "true"})
        assert (answer.status_code, answer.headers["X-Refusal"], answer.content) == (403, "read-only", b"")

    def test_a_program_is_told_why(self, past_due: Workspace) -> None:
        program = Client(HTTP_HOST=world.ALICE_HOST)
        answer = program.post("/api/v1/leads", {"email": "a@b.test"}, content_type="application/json")
        assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json")
        assert answer.json()["code"] == "read_only"
        assert program.get("/api/v1/openapi.json").status_code == 200

    def test_ones_own_profile_is_data_and_the_password_is_not(
        self, client_for: ClientFor, past_due: Workspace, alice: User
    ) -> None:
        client, name = client_for(alice), alice.name
        answer = client.post("/account/profile/", {"name": "Somebody Else"})
        assert (answer.status_code, answer.headers["X-Refusal"]) == (403, "read-only")
        with workspace(past_due):
            alice.refresh_from_db()
        assert alice.name == name
        fresh = "another-lantern-harbour-43"
        form = {"oldpassword": world.PASSWORD, "password1": fresh, "password2": fresh}
        assert client.post("/account/password/change/", form).status_code == 302
        with workspace(past_due):
            alice.refresh_from_db()
        assert alice.check_password(fresh)

    def test_pages_are_told_to_switch_off_what_writes(
        self, client_for: ClientFor, past_due: Workspace, alice: User
    ) -> None:
        page = client_for(alice).get("/inbox/").content.decode()
        assert [page.count(part) for part in (" data-read-only", 'data-key="n"')] == [1, 0]

    def test_coming_and_going_stay_possible(self, past_due: Workspace, alice: User) -> None:
        visitor = Client(HTTP_HOST=world.ALICE_HOST)
        login = {"login": "alice@alice.test", "password": world.PASSWORD}
        assert visitor.post("/account/login/", login).status_code == 302
        assert visitor.get("/inbox/").status_code == 200
        assert visitor.post("/account/logout/").status_code == 302
        assert visitor.get("/inbox/").status_code == 302

    def test_paid_it_is_written_to_again(
        self, client_for: ClientFor, past_due: Workspace, alice: User
    ) -> None:
        client = client_for(alice)
        assert client.post("/settings/team/add/", {}).status_code == 403
        with platform():
            states.mark_paid(past_due)
        assert client.post("/settings/team/add/", {}).status_code == 200


class TestClosed:
    @pytest.mark.parametrize("with_schema", [True, False])
    @pytest.mark.parametrize("state", ["archived", "deleted"])
    def test_it_says_so_in_its_own_words(self, alice_ws: Workspace, state: str, with_schema: bool) -> None:
        closed(alice_ws, state, with_schema=with_schema)
        visitor = Client(HTTP_HOST=world.ALICE_HOST)
        for path in ("/", "/account/login/", "/inbox/"):
            answer = visitor.get(path)
            page = answer.content.decode()
            assert (answer.status_code, "Alice&#x27;s is closed" in page, "Rosa&#x27;s can help" in page) == (
                403,
                True,
                True,
            )

    @pytest.mark.parametrize(
        ("state", "with_schema"),
        [
            ("suspended", True),
            ("archived", True),
            ("archived", False),
            ("deleted", True),
            ("deleted", False),
        ],
    )
    def test_its_customers_learn_nothing_more(
        self, alice_ws: Workspace, state: str, with_schema: bool
    ) -> None:
        closed(alice_ws, state, with_schema=with_schema)
        answer = Client(HTTP_HOST=world.ALICE_HOST).get("/f/contact/")
        page = answer.content.decode()
        told = [word in page for word in ("Rosa", "archived", "deleted", "payment", "suspended")]
        assert (answer.status_code, told) == (410, [False] * 5)

    @pytest.mark.parametrize("state", ["suspended", "archived", "deleted"])
    def test_a_program_gets_a_problem_document(self, alice_ws: Workspace, state: str) -> None:
        closed(alice_ws, state)
        answer = Client(HTTP_HOST=world.ALICE_HOST).post("/api/v1/leads", {}, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (403, "workspace_closed")

    def test_its_brand_is_served_without_its_schema(self, alice_ws: Workspace) -> None:
        visitor = Client(HTTP_HOST=world.ALICE_HOST)
        closed(alice_ws, "archived", with_schema=False)
        page = visitor.get("/").content.decode()
        sheet = page.split('<link rel="stylesheet" href="/brand/')[1].split('"')[0]
        assert visitor.get(f"/brand/{sheet}").status_code == 200

    def test_where_no_data_stands_no_query_runs(self, db: None) -> None:
        with pytest.raises(DataError, match="w_nowhere"), entered(NOWHERE), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
