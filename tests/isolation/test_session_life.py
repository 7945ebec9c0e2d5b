"""Whoever loses a right loses it everywhere: pages of every site, programs' keys, from the next request on.

Sockets are cut within seconds in tests/core/realtime/test_guard.py; the forms and the API of a suspended
workspace are tests/inbox/transports/test_suspended.py.
"""

from collections.abc import Callable

import pytest
from django.test import Client
from redis import Redis

from core.accounts.domain import users
from core.accounts.models import User
from core.api.domain.keys import make_key
from core.api.enums import Scope
from tenants import lifecycle, states
from tenants.context import platform, workspace
from tenants.models import Reseller, Staff, Workspace
from tests import world
from tests.isolation.planted import Planted
from tests.isolation.routes import routes


def open_pages(client: Client, site: str, planted: Planted) -> list[str]:
    """The guarded addresses that still answer as to somebody who is signed in."""
    found = []
    for route in routes(site):
        if route.rule not in {"public", "API key"}:
            response = client.get(route.path(route.own(planted)))
            shut = "ui/suspended.html" in [template.name for template in response.templates]
            away = response.headers.get("Location", "").startswith("/account/login/")
            if not (shut or away or response.status_code == 405):
                found.append(str(route))
    return found


def _password(user: User) -> None:
    user.set_password("another-good-one")
    user.save(update_fields=["password"])


ENDS: dict[str, Callable[[User], object]] = {
    "another password": _password,
    "access taken": lambda user: User.objects.filter(id=user.id).update(is_active=False),
    "all sessions ended": lambda user: User.objects.filter(id=user.id).update(session_epoch=9),
    "another role": lambda user: users.change_role(user, "agent"),
    "a role of elsewhere": lambda user: User.objects.filter(id=user.id).update(role="staff"),
    "gone": lambda user: User.objects.filter(id=user.id)._raw_delete("default"),
}


@pytest.mark.parametrize("end", ENDS)
def test_every_page_of_a_workspace_is_shut(
    client_for: Callable[..., Client], bob: User, alice_ws: Workspace, ours: Planted, redis: Redis, end: str
) -> None:
    client = client_for(bob)
    assert len(open_pages(client, "workspace", ours)) > 10
    with workspace(alice_ws):
        ENDS[end](bob)
    assert open_pages(client, "workspace", ours) == []


@pytest.mark.parametrize("whose", ["workspace", "reseller"])
def test_a_suspended_workspace_shows_a_notice_on_every_page(
    client_for: Callable[..., Client],
    alice: User,
    alice_ws: Workspace,
    ours: Planted,
    redis: Redis,
    whose: str,
) -> None:
    client = client_for(alice)
    with platform():
        if whose == "workspace":
            states.suspend(alice_ws, by=Workspace.Side.PLATFORM)
        else:
            lifecycle.suspend_reseller(Reseller.objects.get(slug="rosa"))
    assert open_pages(client, "workspace", ours) == []


def test_a_suspended_resellers_console_is_shut(
    client_for: Callable[..., Client], rosa: User, our_side: Planted, redis: Redis
) -> None:
    client = client_for(rosa)
    assert len(open_pages(client, "reseller", our_side)) > 10
    with platform():
        lifecycle.suspend_reseller(Reseller.objects.get(slug="rosa"))
    assert open_pages(client, "reseller", our_side) == []


def test_who_left_the_staff_has_no_console(
    client_for: Callable[..., Client], rosa: User, our_side: Planted, redis: Redis
) -> None:
    client = client_for(rosa)
    with platform():
        Staff.objects.filter(user=rosa).delete()
    assert open_pages(client, "reseller", our_side) == []


@pytest.mark.parametrize("end", ["access taken", "suspended", "revoked"])
def test_a_programs_key_is_shut(alice: User, alice_ws: Workspace, redis: Redis, end: str) -> None:
    with workspace(alice_ws):
        key, text = make_key(name="Shop", scopes=list(Scope), created_by=alice)
    program = Client(HTTP_HOST=world.ALICE_HOST, HTTP_AUTHORIZATION=f"Bearer {text}")

    def knock() -> int:
        lead = {"email": "ada@canary.test", "message": "Hello"}
        return program.post("/api/v1/leads", lead, content_type="application/json").status_code

    assert knock() == 201
    if end == "suspended":
        with platform():
            states.suspend(alice_ws, by=Workspace.Side.PLATFORM)
    else:
        with workspace(alice_ws):
            if end == "revoked":
                key.__class__.objects.filter(id=key.id).update(revoked_at=key.created_at)
            else:
                ENDS[end](alice)
    assert knock() in {401, 403}


class TestCookies:
    def test_their_names_and_flags(self, db: None) -> None:
        answer = Client(HTTP_HOST=world.ALICE_HOST).get("/account/login/")
        for name, morsel in answer.cookies.items():
            assert (morsel["domain"], morsel["samesite"], morsel["path"]) == ("", "Lax", "/"), name

    @pytest.mark.parametrize("order", ["theirs first", "ours first", "theirs alone"])
    def test_a_cookie_tossed_in_by_a_sibling_is_nobodys(
        self, client_for: Callable[..., Client], alice: User, mallory: User, order: str
    ) -> None:
        """A sibling host can set a cookie for the base domain; the session it names is not of this place."""
        ours = client_for(alice).cookies["marque"].value
        theirs = client_for(mallory).cookies["marque"].value
        pairs = {"theirs first": [theirs, ours], "ours first": [ours, theirs], "theirs alone": [theirs]}
        client = Client(HTTP_HOST=world.ALICE_HOST)
        header = "; ".join(f"marque={value}" for value in pairs[order])
        answer = client.get("/account/profile/", headers={"Cookie": header})
        assert "Mallory" not in answer.content.decode()
        assert answer.status_code in {200, 302}
        if order == "theirs alone":
            assert answer.headers["Location"].startswith("/account/login/")

    def test_a_session_somebody_chose_is_not_kept_on_signing_in(self, db: None, redis: Redis) -> None:
        client = Client(HTTP_HOST=world.ALICE_HOST)
        client.cookies["marque"] = "a" * 32
        client.post("/account/login/", {"login": "alice@alice.test", "password": world.PASSWORD})
        assert client.cookies["marque"].value not in {"", "a" * 32}


class TestEnumeration:
    @pytest.mark.parametrize("page", ["login/", "login/code/", "password/reset/"])
    @pytest.mark.parametrize("host", [world.ALICE_HOST, world.ROSA_HOST, world.PLATFORM_HOST])
    def test_a_known_and_an_unknown_address_read_alike(
        self, db: None, redis: Redis, page: str, host: str
    ) -> None:
        """Of this site, of another site, of nobody: one status, one text, one place it leads to."""
        seen = set()
        for address in ("alice@alice.test", "rosa@rosa.test", "olga@platform.test", "nobody@canary.test"):
            redis.flushdb()
            client = Client(HTTP_HOST=host)
            form = {"login": address, "email": address, "password": "wrong-password-x"}
            answer = client.post(f"/account/{page}", form)
            where = answer.headers.get("Location", "")
            after = client.get(where).content.decode() if where else answer.content.decode()
            seen.add((answer.status_code, where, _without(after, address)))
        assert len(seen) == 1


def _without(text: str, address: str) -> str:
    """A page without what differs from one request to the next: its token, and what was typed."""
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|csrf[^>]*"[A-Za-z0-9]{32,}"', "", text).replace(
        address, ""
    )
