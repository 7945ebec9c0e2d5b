"""Coming in for support, staying and leaving: each way in that must not work, and all that ends a stay."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from core.accounts.domain.users import create_user
from core.accounts.housekeeping import sweep
from core.accounts.models import SupportSession, User
from core.accounts.queries import team, teammates
from core.accounts.rules import SHADOW_DOMAIN
from core.accounts.signed_in import user_by_cookie
from core.timeline.models import AuditEntry
from core.timeline.words import said
from tenants import lifecycle, signing
from tenants.console import queries as console_queries
from tenants.console.domain.staffing import remove_staff
from tenants.console.domain.support import SALT, close_over
from tenants.context import platform, workspace
from tenants.models import Reseller, Staff, SupportAccess, Workspace
from tenants.sites import resolve
from tests import world
from tests.support import REASON, ask, enter, follow, stay_in

pytestmark = pytest.mark.usefixtures("db", "redis")

ClientFor = Callable[..., Client]
INBOX = "/inbox/"


def access() -> SupportAccess:
    with platform():
        return SupportAccess.objects.select_related("reseller").latest("granted_at")


class TestEnter:
    def test_it_works(self, rosa: User, alice_ws: Workspace) -> None:
        browser = enter(rosa, alice_ws, minutes="60")
        assert browser.last.headers["Location"] == "/"  # type: ignore[attr-defined]  # set by follow()
        assert browser.last.headers["Referrer-Policy"] == "no-referrer"  # type: ignore[attr-defined]  # the same
        page = browser.get("/").content.decode()
        assert "<strong>Rosa (Rosa&#x27;s support)</strong> in Alice&#x27;s" in page
        assert (REASON in page, "60 min left" in page) == (True, True)
        stay = stay_in(alice_ws)
        assert (stay.person, stay.house, stay.reason, stay.ended_at) == (
            "Rosa <rosa@rosa.test>",
            "Rosa's",
            REASON,
            None,
        )
        assert (stay.id, stay.expires_at) == (access().id, access().expires_at)
        assert stay.expires_at - access().granted_at == timedelta(hours=1)

    def test_an_operator_too(self, olga: User, alice_ws: Workspace) -> None:
        page = enter(olga, alice_ws).get("/").content.decode()
        assert "<strong>Olga Operator (Platform support)</strong>" in page
        assert access().reseller is None

    def test_the_shadow_is_nobodys_teammate(self, rosa: User, alice_ws: Workspace) -> None:
        with workspace(alice_ws):
            before = [list(teammates()), list(team())], User.objects.count()
        with platform():
            people = console_queries.people_count(alice_ws)
        enter(rosa, alice_ws)
        shadow = stay_in(alice_ws).user
        assert (shadow.role, shadow.has_usable_password(), shadow.email.endswith(f"@{SHADOW_DOMAIN}")) == (
            "support",
            False,
            True,
        )
        with workspace(alice_ws):
            assert ([list(teammates()), list(team())], User.objects.count()) == before
            assert not EmailAddress.objects.filter(user=shadow).exists()
        with platform():
            assert console_queries.people_count(alice_ws) == people

    def test_one_shadow_for_each_person_and_house(self, rosa: User, olga: User, alice_ws: Workspace) -> None:
        for person in (rosa, olga, rosa):
            enter(person, alice_ws)
        with workspace(alice_ws):
            names = User.everyone.filter(role="support").order_by("name").values_list("name", flat=True)
            assert list(names) == ["Olga Operator (Platform support)", "Rosa (Rosa's support)"]

    def test_no_seat_is_taken(self, rosa: User, alice_ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
        from core import limits

        monkeypatch.setattr(limits, "_backend", Full())
        enter(rosa, alice_ws)

    def test_its_address_cannot_be_taken_before(self, in_alice: Any) -> None:
        with pytest.raises(ValidationError, match="reaches nobody"):
            create_user(email=f"support+1@{SHADOW_DOMAIN.upper()}", name="Mallory", role="admin")

    def test_the_second_stay_ends_the_first(self, rosa: User, alice_ws: Workspace) -> None:
        first = enter(rosa, alice_ws)
        second = enter(rosa, alice_ws)
        assert (first.get(INBOX).status_code, second.get(INBOX).status_code) == (302, 200)
        with workspace(alice_ws):
            assert SupportSession.objects.filter(ended_at=None).count() == 1
        with platform():
            assert SupportAccess.objects.filter(ended_at=None).count() == 1

    def test_whoever_was_signed_in_is_out(
        self, rosa: User, alice: User, alice_ws: Workspace, client_for: ClientFor
    ) -> None:
        browser = follow(ask(client_for(rosa), alice_ws), client=client_for(alice))
        assert "Rosa (Rosa&#x27;s support)" in browser.get("/").content.decode()
        assert browser.get("/settings/team/").status_code == 403

    def test_a_second_stay_in_the_same_browser_ends_the_other_persons(
        self, rosa: User, olga: User, alice_ws: Workspace, client_for: ClientFor
    ) -> None:
        browser = enter(rosa, alice_ws)
        first = stay_in(alice_ws).id
        follow(ask(client_for(olga), alice_ws), client=browser)
        with workspace(alice_ws):
            assert SupportSession.objects.get(id=first).ended_at is not None
        assert "Olga Operator" in browser.get("/").content.decode()

    def test_both_logs_say_so(self, rosa: User, alice_ws: Workspace) -> None:
        enter(rosa, alice_ws)
        with platform():
            line = AuditEntry.objects.filter(action="workspace.enter").latest("seq")
            assert (line.actor_name, line.label, line.detail) == (
                "Rosa",
                "Alice's",
                {"reason": REASON, "minutes": 15},
            )
        with workspace(alice_ws):
            line = AuditEntry.objects.get(action="support.enter")
        assert (line.actor_name, line.behind, line.support_id) == (
            "Rosa (Rosa's support)",
            "Rosa <rosa@rosa.test>, Rosa's",
            access().id,
        )


class Full:
    """A plan whose seats are all taken."""

    def may(self, what: str, *, amount: int) -> Any:
        from core.limits import Decision

        return Decision(allowed=what != "seats", reason="no")

    def add(self, what: str, *, amount: int) -> None:
        assert what != "seats"

    def release(self, what: str, *, amount: int) -> None:
        return None


class TestLinksThatLetNobodyIn:
    def refused(self, link: str, *, host: str = world.ALICE_HOST) -> None:
        browser = follow(link, host=host)
        assert browser.last.status_code == 410  # type: ignore[attr-defined]  # set by follow()
        assert browser.get(INBOX).status_code == 302
        assert "Set-Cookie" not in browser.last.headers  # type: ignore[attr-defined]  # the same

    def test_used(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        link = ask(client_for(rosa), alice_ws)
        follow(link)
        self.refused(link)

    def test_on_another_host(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        link = ask(client_for(rosa), alice_ws)
        self.refused(link, host=world.MALLORY_HOST)
        assert access().entered_at is None

    def test_edited(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        link = ask(client_for(rosa), alice_ws)
        self.refused(link[:-5] + "AAAA/")
        self.refused(link.replace("/enter/", "/enter/x"))

    def test_of_another_kind(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        ask(client_for(rosa), alice_ws)
        with workspace(alice_ws):
            other = signing.dumps(str(access().id), salt="core.accounts.welcome")
        self.refused(f"http://alice.test/support/enter/{other}/")

    def test_re_signed_in_another_workspace(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, mallory_ws: Workspace
    ) -> None:
        """Right schema, wrong workspace's stay: the row says whose it is."""
        ask(client_for(rosa), alice_ws)
        with workspace(mallory_ws):
            token = signing.dumps(str(access().id), salt=SALT)
        self.refused(f"http://mallory.test/support/enter/{token}/", host=world.MALLORY_HOST)

    def test_too_old(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        link = ask(client_for(rosa), alice_ws)
        monkeypatch.setattr("tenants.console.domain.support.LINK_SECONDS", -1)
        self.refused(link)

    @pytest.mark.parametrize("field", ["ended_at", "expires_at"])
    def test_of_a_stay_that_is_over(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, field: str
    ) -> None:
        link = ask(client_for(rosa), alice_ws)
        past = timezone.now() - timedelta(seconds=1)
        with platform():
            SupportAccess.objects.update(**{"granted_at": past - timedelta(hours=1), field: past})
        self.refused(link)

    def test_of_somebody_who_is_staff_no_more(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace
    ) -> None:
        link = ask(client_for(rosa), alice_ws)
        with platform():
            Staff.objects.filter(user_id=rosa.id).update(role="billing")
        self.refused(link)
        assert access().entered_at is None

    @pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "ä" * 40])
    def test_nonsense(self, token: str) -> None:
        self.refused(f"http://alice.test/support/enter/{token}/")

    @pytest.mark.parametrize("method", ["post", "head", "put"])
    def test_only_a_visit_uses_it(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, visitor: Any, method: str
    ) -> None:
        link = urlsplit(ask(client_for(rosa), alice_ws)).path
        assert getattr(visitor(world.ALICE_HOST), method)(link).status_code == 405
        assert access().entered_at is None


def _remove(rosa: User) -> None:
    Staff.objects.filter(user_id=rosa.id).exclude(role="x").update(role="admin")
    remove_staff(Staff.objects.select_related("user").get(user_id=rosa.id))


def _uninvite(rosa: User) -> None:
    Staff.objects.filter(user_id=rosa.id).update(accepted_at=None)


def _lose_role(rosa: User) -> None:
    Staff.objects.filter(user_id=rosa.id).update(role="billing")


def _deactivate(rosa: User) -> None:
    User.objects.filter(id=rosa.id).update(is_active=False)


def _suspend_reseller(rosa: User) -> None:
    lifecycle.suspend_reseller(Reseller.objects.get(slug="rosa"))


def _suspend_house_only(rosa: User) -> None:
    Reseller.objects.filter(slug="rosa").update(state="suspended")


def _move_client(rosa: User) -> None:
    Workspace.objects.filter(name="Alice's").update(reseller=Reseller.objects.get(slug="rita"))


def _end(rosa: User) -> None:
    SupportAccess.objects.update(ended_at=timezone.now())


def _run_out(rosa: User) -> None:
    past = timezone.now() - timedelta(seconds=1)
    SupportAccess.objects.update(granted_at=past - timedelta(hours=1), expires_at=past)


def _delete_reseller_key(rosa: User) -> None:
    """As when a reseller is deleted: its stays must not become an operator's."""
    SupportAccess.objects.update(reseller=None)


HARMS: dict[str, Callable[[User], None]] = {
    "removed from the staff": _remove,
    "not accepted any more": _uninvite,
    "a role that may not enter": _lose_role,
    "deactivated": _deactivate,
    "reseller suspended": _suspend_reseller,
    "reseller's state alone": _suspend_house_only,
    "client moved": _move_client,
    "ended": _end,
    "time is up": _run_out,
    "reseller gone": _delete_reseller_key,
}


class TestWhatEndsAStay:
    @pytest.mark.parametrize("harm", HARMS)
    def test_on_the_platform(self, rosa: User, alice_ws: Workspace, harm: str) -> None:
        browser = enter(rosa, alice_ws)
        assert browser.get(INBOX).status_code == 200
        with platform():
            HARMS[harm](rosa)
        # 403 is the notice of a suspended workspace, 302 the way to the sign-in page
        suspended = harm in {"reseller suspended", "reseller's state alone"}
        assert browser.get(INBOX).status_code == (403 if suspended else 302)
        assert self.by_socket(browser) is None
        assert not stay_in(alice_ws).is_open or suspended  # nobody asked behind the notice

    def test_an_operator_who_is_none_any_more(self, olga: User, alice_ws: Workspace) -> None:
        browser = enter(olga, alice_ws)
        with platform():
            User.objects.filter(id=olga.id).update(role="staff")
        assert browser.get(INBOX).status_code == 302

    @pytest.mark.parametrize(
        "change",
        [
            {"ended_at": timezone.now()},
            {"expires_at": timezone.now() - timedelta(seconds=1)},
        ],
    )
    def test_in_the_workspace(self, rosa: User, alice_ws: Workspace, change: dict[str, Any]) -> None:
        browser = enter(rosa, alice_ws)
        with workspace(alice_ws):
            SupportSession.objects.update(**change)
        assert browser.get(INBOX).status_code == 302

    def test_another_persons_stay_does_not_carry(self, rosa: User, olga: User, alice_ws: Workspace) -> None:
        browser = enter(rosa, alice_ws)
        enter(olga, alice_ws)
        other = stay_in(alice_ws)
        with workspace(alice_ws):
            session = browser.session
            session["_support"] = str(other.id)
            session.save()
        assert browser.get(INBOX).status_code == 302

    @pytest.mark.parametrize("left", [None, "", "nonsense", 7])
    def test_without_a_stay_the_shadow_is_nobody(self, rosa: User, alice_ws: Workspace, left: object) -> None:
        browser = enter(rosa, alice_ws)
        with workspace(alice_ws):
            session = browser.session
            session["_support"] = left
            session.save()
        assert browser.get(INBOX).status_code == 302

    def test_the_session_ends_by_itself(self, rosa: User, alice_ws: Workspace) -> None:
        browser = enter(rosa, alice_ws)
        with workspace(alice_ws):
            row = Session.objects.get(session_key=browser.cookies["marque"].value)
        assert row.expire_date <= stay_in(alice_ws).expires_at

    def by_socket(self, browser: Client) -> User | None:
        site = resolve(world.ALICE_HOST)
        assert site is not None
        with workspace(site.place):
            return user_by_cookie(browser.cookies["marque"].value, site=site)


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
