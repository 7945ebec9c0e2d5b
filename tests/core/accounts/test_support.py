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
from core.accounts.models import SupportSession, User
from core.accounts.queries import team, teammates
from core.accounts.rules import SHADOW_DOMAIN
from core.accounts.signed_in import user_by_cookie
from core.timeline.models import AuditEntry
from tenants import lifecycle, signing
from tenants.console import queries as console_queries
from tenants.console.domain.staffing import remove_staff
from tenants.console.domain.support import SALT
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
