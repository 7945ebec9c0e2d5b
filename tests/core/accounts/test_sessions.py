"""A session is good in one place, on one site, for one password and one set of rights, and nowhere else."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from core.accounts.domain import users
from core.accounts.models import User
from core.accounts.sessions import SessionStore
from core.accounts.signed_in import user_by_cookie
from tenants.context import entered, platform, workspace
from tenants.models import Staff, Workspace
from tenants.sites import resolve
from tests import world

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
PROFILE = "/account/profile/"
COOKIE = settings.SESSION_COOKIE_NAME


def status(client: Client, host: str) -> int:
    return client.get(PROFILE, headers={"host": host}).status_code


class TestPlace:
    def test_a_cookie_is_refused_in_another_workspace(self, client_for: ClientFor, alice: User) -> None:
        client = client_for(alice)
        assert status(client, world.ALICE_HOST) == 200
        assert status(client, world.MALLORY_HOST) == 302

    def test_so_is_its_very_row_when_copied_there(
        self, client_for: ClientFor, alice: User, alice_ws: Workspace, mallory_ws: Workspace
    ) -> None:
        """Same key, same data, same user id: only the schema in the signed data tells them apart."""
        client = client_for(alice)
        key = client.cookies[COOKIE].value
        with workspace(alice_ws):
            row = Session.objects.get(session_key=key)
        with workspace(mallory_ws):
            User.objects.create(id=alice.id, email=alice.email, role="admin", password=alice.password)
            Session.objects.create(
                session_key=key, session_data=row.session_data, expire_date=row.expire_date
            )
        assert status(client, world.MALLORY_HOST) == 302
        with workspace(mallory_ws):
            assert not Session.objects.filter(session_key=key).exists()

    def test_a_cookie_of_one_console_is_refused_on_another(self, client_for: ClientFor, rosa: User) -> None:
        """Consoles share a table of sessions; even staff of both need a session for each."""
        with platform():
            rita = Staff.objects.get(user__email="rita@rita.test").reseller
            Staff.objects.create(
                user=User.objects.get(id=rosa.id), reseller=rita, role="owner", accepted_at=timezone.now()
            )
        client = client_for(rosa)
        assert status(client, world.RITA_HOST) == 302
        assert status(client, world.ROSA_HOST) == 302  # and it is over

    def test_an_operators_cookie_is_refused_on_a_console(self, client_for: ClientFor, olga: User) -> None:
        client = client_for(olga)
        assert status(client, world.PLATFORM_HOST) == 200
        assert status(client, world.ROSA_HOST) == 302

    @pytest.mark.parametrize("key", ['"aaaaaaaa\\000"', "é" * 10, "a" * 500, "x", ""])
    def test_bad_input_is_no_session(self, visitor: Callable[[str], Client], key: str) -> None:
        client = visitor(world.ALICE_HOST)
        raw = f"{COOKIE}={key}".encode().decode("latin-1")
        assert client.get(PROFILE, HTTP_COOKIE=raw).status_code == 302

    def test_the_cookie_belongs_to_one_host(self, visitor: Callable[[str], Client]) -> None:
        client = visitor(world.ALICE_HOST)
        client.post("/account/login/", {"login": "alice@alice.test", "password": world.PASSWORD})
        cookie = client.cookies[COOKIE]
        assert (cookie["domain"], cookie["path"], cookie["httponly"], cookie["samesite"]) == (
            "",
            "/",
            True,
            "Lax",
        )

    def test_the_key_changes_when_somebody_signs_in(self, visitor: Callable[[str], Client]) -> None:
        client = visitor(world.ALICE_HOST)
        client.post("/account/password/reset/", {"email": "x@x.test"})
        before = client.cookies[COOKIE].value
        client.post("/account/login/", {"login": "alice@alice.test", "password": world.PASSWORD})
        assert client.cookies[COOKIE].value != before


class TestLife:
    def test_a_new_password_ends_the_others(self, client_for: ClientFor, alice: User) -> None:
        here, elsewhere = client_for(alice), client_for(alice)
        new = "another-long-passphrase"
        form = {"oldpassword": world.PASSWORD, "password1": new, "password2": new}
        assert here.post("/account/password/change/", form).status_code == 302
        assert (here.get(PROFILE).status_code, elsewhere.get(PROFILE).status_code) == (200, 302)

    def test_taken_access_ends_them_all(self, client_for: ClientFor, bob: User, alice_ws: Workspace) -> None:
        client = client_for(bob)
        with workspace(alice_ws):
            users.deactivate(bob)
        assert client.get(PROFILE).status_code == 302

    def test_access_given_back_does_not_revive_them(
        self, client_for: ClientFor, bob: User, alice_ws: Workspace
    ) -> None:
        client = client_for(bob)
        with workspace(alice_ws):
            users.deactivate(bob)
            users.reactivate(bob)
        assert client.get(PROFILE).status_code == 302

    def test_another_role_ends_them(self, client_for: ClientFor, bob: User, alice_ws: Workspace) -> None:
        client = client_for(bob)
        with workspace(alice_ws):
            users.change_role(bob, "agent")
        assert client.get(PROFILE).status_code == 302

    @pytest.mark.parametrize("act", [users.deactivate, lambda user: users.change_role(user, "operator")])
    def test_on_a_console_too(self, client_for: ClientFor, rosa: User, act: Callable[[User], None]) -> None:
        client = client_for(rosa)
        assert client.get(PROFILE).status_code == 200
        with platform():
            act(rosa)
        assert client.get(PROFILE).status_code == 302

    @pytest.mark.parametrize(("role", "status"), [("owner", 200), ("admin", 403)])
    def test_another_role_on_the_staff_counts_at_once(
        self, client_for: ClientFor, rosa: User, role: str, status: int
    ) -> None:
        client = client_for(rosa)
        assert client.get("/staff/new/").status_code == 200
        with platform():
            Staff.objects.filter(user_id=rosa.id).update(role=role)
        assert client.get("/staff/new/").status_code == status

    def test_staff_removed_is_out(self, client_for: ClientFor, rosa: User) -> None:
        client = client_for(rosa)
        with platform():
            Staff.objects.filter(user_id=rosa.id).delete()
        assert client.get(PROFILE).status_code == 302


class TestWebsocket:
    def test_it_works(self, client_for: ClientFor, alice: User) -> None:
        assert self.person(client_for(alice), world.ALICE_HOST) == alice

    def test_other_workspace_is_nobody(self, client_for: ClientFor, alice: User) -> None:
        assert self.person(client_for(alice), world.MALLORY_HOST) is None

    @pytest.mark.parametrize("key", [None, "", "nonsense", "a\0b" * 4])
    def test_bad_input_is_nobody(self, key: str | None) -> None:
        site = resolve(world.ALICE_HOST)
        assert site is not None
        with entered(site.place):
            assert user_by_cookie(key, site=site) is None

    def person(self, client: Client, host: str) -> User | None:
        site = resolve(host)
        assert site is not None
        with entered(site.place):
            return user_by_cookie(client.cookies[COOKIE].value, site=site)


def test_data_signed_in_one_place_is_nothing_in_another(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    with workspace(alice_ws):
        signed = SessionStore().encode({"colour": "green"})
        assert SessionStore().decode(signed) == {"colour": "green"}
    with workspace(mallory_ws):
        assert SessionStore().decode(signed) == {}


def test_what_is_kept_comes_back_without_the_lock(alice_ws: Workspace) -> None:
    with workspace(alice_ws):
        store = SessionStore()
        store["colour"] = "green"
        store.save()
        assert dict(SessionStore(store.session_key).items()) == {"colour": "green"}
