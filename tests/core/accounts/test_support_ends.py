"""How a stay for support ends by itself or by hand, what is said then, and what is written down."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.accounts.housekeeping import sweep
from core.accounts.models import SupportSession, User
from core.timeline.models import AuditEntry
from core.timeline.words import said
from tenants.console.domain.support import close_over
from tenants.context import platform, workspace
from tenants.models import Staff, SupportAccess, Workspace
from tests import world
from tests.support import enter, stay_in

pytestmark = pytest.mark.usefixtures("db", "redis")

ClientFor = Callable[..., Client]
INBOX = "/inbox/"


def access() -> SupportAccess:
    with platform():
        return SupportAccess.objects.select_related("reseller").latest("granted_at")


class TestLeave:
    def test_it_works(self, rosa: User, alice_ws: Workspace) -> None:
        browser = enter(rosa, alice_ws)
        response = browser.post("/support/leave/", headers={"hx-request": "true"})
        back = f"/workspaces/{alice_ws.id}/left/{access().id}/"
        assert response.headers["HX-Redirect"] == f"http://rosa.test:8000{back}"
        assert (browser.get(INBOX).status_code, stay_in(alice_ws).is_open, access().is_open) == (
            302,
            False,
            False,
        )
        with workspace(alice_ws):
            line = AuditEntry.objects.latest("seq")
        assert (line.action, line.actor_name, line.support_id) == (
            "support.leave",
            "Rosa (Rosa's support)",
            access().id,
        )

    def test_an_operator_goes_back_to_theirs(self, olga: User, alice_ws: Workspace) -> None:
        response = enter(olga, alice_ws).post("/support/leave/")
        assert f"http://platform.test:8000/workspaces/{alice_ws.id}/" in response.content.decode()

    def test_signing_out_is_leaving(self, rosa: User, alice_ws: Workspace) -> None:
        enter(rosa, alice_ws).post("/account/logout/")
        assert (stay_in(alice_ws).is_open, access().is_open) == (False, False)

    def test_others_have_nothing_to_leave(self, client_for: ClientFor, alice: User) -> None:
        client = client_for(alice)
        assert client.post("/support/leave/").headers["Location"] == "/"
        assert client.get(INBOX).status_code == 200


class TestOver:
    """What somebody whose stay is over finds instead of the page they ask for."""

    def over(self, browser: Client) -> str:
        response = browser.get(INBOX)
        assert (response.status_code, response.headers["Location"]) == (302, "/support/over/")
        return browser.get("/support/over/").content.decode()

    def test_it_works(self, client_for: ClientFor, rosa: User, alice: User, alice_ws: Workspace) -> None:
        browser = enter(rosa, alice_ws)
        client_for(alice).post(f"/support/stays/{stay_in(alice_ws).id}/end/")
        page = self.over(browser)
        assert "Your stay was ended by Alice Archer" in page
        assert f'href="http://rosa.test:8000/workspaces/{alice_ws.id}/"' in page
        asked = browser.get(INBOX, headers={"hx-request": "true"})
        assert (asked.status_code, asked.headers["HX-Redirect"]) == (204, "/support/over/")

    def test_when_the_time_is_up(self, rosa: User, alice_ws: Workspace) -> None:
        browser, past = enter(rosa, alice_ws), timezone.now() - timedelta(seconds=1)
        with workspace(alice_ws):
            SupportSession.objects.update(expires_at=past)
        assert "Your stay in Alice&#x27;s is over" in self.over(browser)

    def test_nobody_else_is_led_there(self, client_for: ClientFor, rosa: User, alice: User) -> None:
        stranger = Client(HTTP_HOST=world.ALICE_HOST)
        assert stranger.get("/support/over/").headers["Location"] == "/"
        assert client_for(alice).get("/support/over/").headers["Location"] == "/"
        for cookie in ("", "nonsense", "a\0b"):
            stranger.cookies["stay"] = cookie
            assert stranger.get(INBOX).headers["Location"].startswith("/account/login/")

    def test_not_in_another_workspace(self, rosa: User, alice_ws: Workspace, mallory_ws: Workspace) -> None:
        browser = enter(rosa, alice_ws)
        elsewhere = Client(HTTP_HOST=world.MALLORY_HOST)
        elsewhere.cookies["stay"] = browser.cookies["stay"].value
        assert elsewhere.get(INBOX).headers["Location"].startswith("/account/login/")

    def test_who_left_is_asked_to_sign_in(self, rosa: User, alice_ws: Workspace) -> None:
        browser = enter(rosa, alice_ws)
        browser.post("/support/leave/")
        assert browser.get(INBOX).headers["Location"].startswith("/account/login/")

    def test_while_it_lasts_there_is_no_such_page(self, rosa: User, alice_ws: Workspace) -> None:
        browser = enter(rosa, alice_ws)
        assert browser.get("/support/over/").headers["Location"] == "/"
        assert browser.get(INBOX).status_code == 200


class TestTheEndIsInBothLogs:
    def lines(self, row: Workspace) -> tuple[str, str]:
        """The last line of the workspace and of the platform, as they are read."""
        with workspace(row):
            inside = AuditEntry.objects.latest("seq")
        with platform():
            outside = AuditEntry.objects.latest("seq")
        return f"{inside.actor_name} {said(inside)}", f"{outside.actor_name} {said(outside)}"

    def test_when_its_person_leaves(self, rosa: User, alice_ws: Workspace) -> None:
        enter(rosa, alice_ws).post("/support/leave/")
        assert self.lines(alice_ws) == ("Rosa (Rosa's support) left", "Rosa left Alice's after 1 min")
        with platform():
            line = AuditEntry.objects.latest("seq")
        assert (line.behind, line.reseller_id) == ("Rosa <rosa@rosa.test>, Rosa's", alice_ws.reseller_id)
        assert (access().ended_by, access().ending) == ("Rosa <rosa@rosa.test>", "left")

    def test_when_the_client_ends_it(
        self, client_for: ClientFor, rosa: User, alice: User, alice_ws: Workspace
    ) -> None:
        enter(rosa, alice_ws)
        client_for(alice).post(f"/support/stays/{stay_in(alice_ws).id}/end/")
        assert self.lines(alice_ws) == (
            "Alice Archer sent Rosa <rosa@rosa.test> out",
            "Alice Archer (Alice's) sent Rosa <rosa@rosa.test> out of Alice's after 1 min",
        )
        assert access().ending == "ended by Alice Archer"

    def test_when_it_ran_out(self, rosa: User, alice_ws: Workspace) -> None:
        enter(rosa, alice_ws)
        past = timezone.now() - timedelta(seconds=1)
        with workspace(alice_ws):
            SupportSession.objects.update(expires_at=past)
            sweep()
            sweep()
        with platform():
            SupportAccess.objects.update(granted_at=past - timedelta(hours=1), expires_at=past)
            assert [close_over(), close_over()] == [1, 0]
        who = "Rosa <rosa@rosa.test>"
        assert self.lines(alice_ws) == (
            f"The system closed the stay of {who}: the time was up",
            f"The system closed the stay of {who} in Alice's after 1 min: the time was up",
        )
        assert access().ending == "time was up"

    def test_when_its_person_lost_the_right(self, rosa: User, alice_ws: Workspace) -> None:
        browser = enter(rosa, alice_ws)
        with platform():
            Staff.objects.filter(user_id=rosa.id).delete()
            assert close_over() == 1
        assert browser.get(INBOX).status_code == 302
        inside, outside = self.lines(alice_ws)
        assert inside == "The system closed the stay of Rosa <rosa@rosa.test>: they may not be there any more"
        assert outside.endswith("in Alice's after 1 min: they may not be there any more")

    def test_those_that_stand_are_left(self, rosa: User, alice_ws: Workspace) -> None:
        browser = enter(rosa, alice_ws)
        with workspace(alice_ws):
            sweep()
        with platform():
            assert close_over() == 0
        assert browser.get(INBOX).status_code == 200


class TestWhatIsClosed:
    def test_it_is_called_so(self, client_for: ClientFor, rosa: User, bob: User, alice_ws: Workspace) -> None:
        page = enter(rosa, alice_ws).get("/settings/team/").content.decode()
        assert ("This is closed to support" in page, "ask an admin" in page) == (True, False)
        page = client_for(bob).get("/settings/team/").content.decode()
        assert ("closed to support" in page, "ask an admin" in page) == (False, True)


class TestEnd:
    def test_it_works(self, client_for: ClientFor, rosa: User, alice: User, alice_ws: Workspace) -> None:
        browser = enter(rosa, alice_ws)
        url = f"/support/stays/{stay_in(alice_ws).id}/end/"
        assert client_for(alice).post(url).headers["Location"] == "/settings/activity/"
        assert (browser.get(INBOX).status_code, access().is_open) == (302, False)
        with workspace(alice_ws):
            line = AuditEntry.objects.latest("seq")
        assert (line.action, line.actor_name, line.label) == (
            "support.end",
            "Alice Archer",
            "Rosa <rosa@rosa.test>",
        )

    def test_it_checks_permission(
        self, client_for: ClientFor, rosa: User, bob: User, alice_ws: Workspace
    ) -> None:
        browser = enter(rosa, alice_ws)
        url = f"/support/stays/{stay_in(alice_ws).id}/end/"
        assert [client_for(bob).post(url).status_code, browser.post(url).status_code] == [403, 403]
        assert browser.get(INBOX).status_code == 200

    def test_other_workspace_gets_404(
        self, client_for: ClientFor, rosa: User, mallory: User, alice_ws: Workspace
    ) -> None:
        enter(rosa, alice_ws)
        url = f"/support/stays/{stay_in(alice_ws).id}/end/"
        assert client_for(mallory).post(url).status_code == 404
        assert stay_in(alice_ws).is_open

    def test_again_it_does_nothing(
        self, client_for: ClientFor, rosa: User, alice: User, alice_ws: Workspace
    ) -> None:
        enter(rosa, alice_ws)
        client, url = client_for(alice), f"/support/stays/{stay_in(alice_ws).id}/end/"
        client.post(url)
        ended = stay_in(alice_ws).ended_at
        assert client.post(url).status_code == 302
        assert stay_in(alice_ws).ended_at == ended
