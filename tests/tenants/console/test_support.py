"""Entering a client's workspace from a console: who may, the form, and what its page says of former stays."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.accounts.models import User
from tenants import states
from tenants.console.domain import support
from tenants.console.domain.support import NotLetIn, consume, grant, link_of
from tenants.context import place_of, platform, workspace
from tenants.models import Staff, SupportAccess, Workspace
from tests.support import REASON, ask, enter

pytestmark = pytest.mark.usefixtures("redis")

ClientFor = Callable[..., Client]


@pytest.mark.usefixtures("db")
class TestEnter:
    def url(self, row: Workspace) -> str:
        return f"/workspaces/{row.id}/enter/"

    def test_it_works(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        client = client_for(rosa)
        page = client.get(self.url(alice_ws)).content.decode()
        assert "admins of Alice&#x27;s read in their activity log" in page
        before = timezone.now()
        link = ask(client, alice_ws, minutes="240")
        assert link.startswith("http://alice.test:8000/support/enter/")
        with platform():
            row = SupportAccess.objects.select_related("reseller").get()
        assert (row.user_id, row.person, row.reason, row.entered_at) == (
            rosa.id,
            "Rosa <rosa@rosa.test>",
            REASON,
            None,
        )
        assert row.reseller == alice_ws.reseller
        assert row.expires_at - row.granted_at == timedelta(hours=4)
        assert row.granted_at >= before

    def test_without_scripts_one_more_click_leads_there(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace
    ) -> None:
        response = client_for(rosa).post(self.url(alice_ws), {"reason": REASON, "minutes": "15"})
        link = re.search(r'href="(http://alice.test:8000/support/enter/[^"]+)"', response.content.decode())
        assert link
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert Client(HTTP_HOST="alice.test").get(urlsplit(link[1]).path).status_code == 302

    @pytest.mark.parametrize(
        ("form", "words"),
        [
            ({"reason": ""}, "Say why you go in: their people read it."),
            ({"reason": "  \n "}, "Say why you go in: their people read it."),
            ({"reason": "just because"}, "Say it in at least three words"),
            ({"reason": "x " * 200}, "at most 300 characters"),
            ({"reason": "a b\0 c"}, "cannot be stored"),
            ({"minutes": ""}, "Choose for how long you go in."),
            ({"minutes": "100000"}, "Select a valid choice"),
            ({"minutes": "-5"}, "Select a valid choice"),
        ],
    )
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, form: dict[str, str], words: str
    ) -> None:
        sent = {"reason": REASON, "minutes": "60", **form}
        for headers in ({}, {"hx-request": "true"}):
            response = client_for(rosa).post(self.url(alice_ws), sent, headers=headers)
            assert (response.status_code, words in response.content.decode()) == (422, True)
        with platform():
            assert SupportAccess.objects.count() == 0

    @pytest.mark.parametrize(
        ("role", "status"), [("owner", 200), ("admin", 200), ("support", 200), ("billing", 403)]
    )
    def test_it_checks_permission(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, role: str, status: int
    ) -> None:
        with platform():
            Staff.objects.filter(user_id=rosa.id).update(role=role)
        client = client_for(rosa)
        assert client.get(self.url(alice_ws)).status_code == status
        posted = client.post(self.url(alice_ws), {"reason": REASON, "minutes": "15"})
        assert posted.status_code == status
        with platform():
            assert SupportAccess.objects.count() == (status == 200)
        page = client.get(f"/workspaces/{alice_ws.id}/").content.decode()
        assert ("Enter for support" in page) == (status == 200)

    def test_other_resellers_clients_get_404(
        self, client_for: ClientFor, rita: User, alice_ws: Workspace
    ) -> None:
        client = client_for(rita)
        assert client.get(self.url(alice_ws)).status_code == 404
        assert client.post(self.url(alice_ws), {"reason": REASON, "minutes": "15"}).status_code == 404
        with platform():
            assert SupportAccess.objects.count() == 0

    def test_nobody_enters_from_a_workspace(
        self, client_for: ClientFor, alice: User, rosa: User, alice_ws: Workspace
    ) -> None:
        """No nesting: inside a workspace there is no such address, for its people or for support."""
        for client in (client_for(alice), enter(rosa, alice_ws)):
            assert client.post(self.url(alice_ws), {"reason": REASON, "minutes": "15"}).status_code == 404

    def test_a_closed_workspace_is_not_entered(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace
    ) -> None:
        client = client_for(rosa)
        with platform():
            states.suspend(alice_ws, by=Workspace.Side.PLATFORM)
        response = client.post(self.url(alice_ws), {"reason": REASON, "minutes": "15"})
        assert (response.status_code, "is not open" in response.content.decode()) == (422, True)
        assert "Enter for support" not in client.get(f"/workspaces/{alice_ws.id}/").content.decode()


@pytest.mark.usefixtures("db")
class TestPage:
    def test_the_last_stays_are_on_it(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        inside = enter(rosa, alice_ws)
        page = client_for(rosa).get(f"/workspaces/{alice_ws.id}/").content.decode()
        assert ("Rosa &lt;rosa@rosa.test&gt;" in page, f"“{REASON}”" in page) == (True, True)
        assert "Inside now" in page
        left = inside.post("/support/leave/", headers={"hx-request": "true"}).headers["HX-Redirect"]
        client = client_for(rosa)
        assert client.get(urlsplit(left).path).headers["Location"] == f"/workspaces/{alice_ws.id}/"
        page = client.get(f"/workspaces/{alice_ws.id}/").content.decode()
        assert ("Inside now" in page, "· 1 min" in page) == (False, True)
        assert '<span class="sub">left</span>' in page
        assert "You left Alice&#x27;s after 1 min." in page
        assert "You left" not in client.get(f"/workspaces/{alice_ws.id}/").content.decode()

    def test_only_who_left_is_told(
        self, client_for: ClientFor, rosa: User, olga: User, rita: User, alice_ws: Workspace
    ) -> None:
        inside = enter(rosa, alice_ws)
        left = inside.post("/support/leave/", headers={"hx-request": "true"}).headers["HX-Redirect"]
        operator = client_for(olga)
        assert operator.get(urlsplit(left).path).status_code == 404
        assert "You left" not in operator.get(f"/workspaces/{alice_ws.id}/").content.decode()
        assert client_for(rita).get(urlsplit(left).path).status_code == 404

    def test_a_link_that_nobody_followed_is_none(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace
    ) -> None:
        ask(client_for(rosa), alice_ws)
        page = client_for(rosa).get(f"/workspaces/{alice_ws.id}/").content.decode()
        assert "Nobody has entered this workspace for support." in page

    @pytest.mark.parametrize("number", [1, 3, 9])
    def test_the_number_of_queries_stays(
        self, client_for: ClientFor, olga: User, alice_ws: Workspace, warm: None, number: int
    ) -> None:
        now = timezone.now()
        with platform():
            for _ in range(number):
                SupportAccess.objects.create(
                    workspace=alice_ws,
                    reseller=alice_ws.reseller,
                    person="Somebody",
                    reason=REASON,
                    expires_at=now + timedelta(hours=1),
                    entered_at=now,
                )
        client = client_for(olga)
        client.get(f"/workspaces/{alice_ws.id}/")
        with CaptureQueriesContext(connection) as captured:
            page = client.get(f"/workspaces/{alice_ws.id}/").content.decode()
        assert (len(captured), page.count(f"“{REASON}”")) == (13, min(number, 5))


def test_one_of_several_at_once_is_let_in(committed: None, rosa: User, alice_ws: Workspace) -> None:
    """The link is used up by exactly one of those who follow it together."""
    with platform():
        access = grant(
            alice_ws, user_id=rosa.id, person="Rosa", reseller=alice_ws.reseller, reason=REASON, minutes=15
        )
        token = urlsplit(link_of(access)).path.split("/")[-2]

    def follow(number: int) -> bool:
        try:
            with workspace(place_of(alice_ws)):
                consume(token, workspace_id=alice_ws.id)
        except NotLetIn:
            return False
        finally:
            connections.close_all()
        return True

    try:
        with ThreadPoolExecutor(6) as pool:
            assert sorted(pool.map(follow, range(6))) == [False] * 5 + [True]
    finally:
        with platform():
            SupportAccess.objects.all().delete()


class TestTwoLinksAtOnce:
    """Two links of one person, followed at the same moment: one stay is left, and nobody waits for ever."""

    @pytest.fixture
    def accesses(self, committed: None, alice_ws: Workspace, rosa: User) -> Iterator[list[SupportAccess]]:
        with platform():
            given = [
                grant(
                    alice_ws,
                    user_id=rosa.id,
                    person="Rosa <rosa@rosa.test>",
                    reseller=alice_ws.reseller,
                    reason=REASON,
                    minutes=15,
                )
                for _ in range(2)
            ]
        yield given
        with platform():
            SupportAccess.objects.all().delete()

    @pytest.mark.parametrize("turned", [False, True])
    def test_on_the_platform(
        self,
        accesses: list[SupportAccess],
        alice_ws: Workspace,
        monkeypatch: pytest.MonkeyPatch,
        turned: bool,
    ) -> None:
        """Both have used their own link up before either ends the other's, unless one waits for the other."""
        both, end_others = Barrier(2), support._end_others

        def end_others_together(access: SupportAccess) -> None:
            with suppress(BrokenBarrierError):
                both.wait(0.5)
            end_others(access)

        monkeypatch.setattr(support, "_end_others", end_others_together)
        tokens = [link_of(row).split("/")[-2] for row in accesses]

        def follow(token: str) -> str:
            try:
                with workspace(place_of(alice_ws)):
                    return str(consume(token, workspace_id=alice_ws.id).id)
            except NotLetIn:
                return ""
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            let_in = set(pool.map(follow, reversed(tokens) if turned else tokens)) - {""}
        with platform():
            still = {str(row.id) for row in SupportAccess.objects.filter(ended_at=None)}
        assert (len(let_in), len(still), still <= let_in) == (1, 1, True)
