"""Who may no longer sit there is cut within seconds, by a real process."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from core.accounts.models import User
from core.accounts.sessions import SessionStore
from tenants.asyncio import in_place
from tenants.context import PLATFORM, place_of, workspace
from tenants.models import Workspace
from tests import world
from tests.core.realtime.server import Browser, Cookies, Ring, Server, browser, cookie_of, suspended

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("committed")]


def _deactivate(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def _change_password(user: User) -> None:
    user.set_password("another-good-one")
    user.save(update_fields=["password"])


def _end_all_sessions(user: User) -> None:
    User.objects.filter(pk=user.pk).update(session_epoch=7)


def _log_out(user: User) -> None:
    _sessions(user).delete()


def _expire(user: User) -> None:
    _sessions(user).update(expire_date=timezone.now() - timedelta(seconds=1))


def _take_the_role(user: User) -> None:
    User.objects.filter(pk=user.pk).update(role="staff")


def _delete(user: User) -> None:
    rows = User.objects.filter(pk=user.pk)
    rows._raw_delete(rows.db)  # the row alone: a reseller's staff, which Django would follow, stand elsewhere


HARMS: dict[str, Callable[[User], None]] = {
    "deactivated": _deactivate,
    "other password": _change_password,
    "signed out everywhere": _end_all_sessions,
    "signed out": _log_out,
    "expired": _expire,
    "no role here": _take_the_role,
    "deleted": _delete,
}


def _sessions(user: User) -> QuerySet[Session]:
    keys = [row.session_key for row in Session.objects.all() if _owner(row) == str(user.pk)]
    return Session.objects.filter(session_key__in=keys)


def _owner(row: Session) -> str:
    return str(SessionStore().decode(row.session_data).get(SESSION_KEY))


@pytest.fixture
def people(alice_ws: Workspace, cookies: Cookies) -> Iterator[dict[str, User]]:
    """Agents in Alice's workspace who exist for one test and may be harmed."""
    with workspace(alice_ws):
        found = {
            name: User.objects.create(email=f"agent-{number}@alice.test", name=name, role="agent")
            for number, name in enumerate([*HARMS, "unharmed"])
        }
    yield found
    with workspace(alice_ws):
        for user in found.values():
            _delete(user)


async def test_who_may_no_longer_sit_there_is_cut_and_nobody_else(
    server: Server, cookies: Cookies, people: dict[str, User], alice_ws: Workspace
) -> None:
    async with AsyncExitStack() as stack:
        place, tabs = place_of(alice_ws), dict[str, Browser]()
        for name, user in people.items():
            cookie = await in_place(PLATFORM, cookie_of, user)
            tabs[name] = await stack.enter_async_context(browser(server, cookie))
        mallorys = browser(server, cookies["mallory"], host=world.MALLORY_HOST)
        other = await stack.enter_async_context(mallorys)
        for name, harm in HARMS.items():
            await in_place(place, harm, people[name])
        closed = await asyncio.gather(*(tabs[name].closed(seconds=5) for name in HARMS))
        assert dict(zip(HARMS, closed, strict=True)) == dict.fromkeys(HARMS, 4403)
        assert await tabs["unharmed"].silent()
        assert await other.silent()


async def test_a_changed_role_fetches_anew_and_a_changed_name_does_not(
    server: Server, ring: Ring, people: dict[str, User], alice_ws: Workspace
) -> None:
    promoted, renamed = people["deactivated"], people["unharmed"]

    def change() -> None:
        User.objects.filter(pk=promoted.pk).update(role="manager")
        User.objects.filter(pk=renamed.pk).update(name="Ninotchka")

    cookies = [await in_place(PLATFORM, cookie_of, user) for user in (promoted, renamed)]
    async with browser(server, cookies[0]) as first, browser(server, cookies[1]) as second:
        await in_place(place_of(alice_ws), change)
        assert (await first.frame())["t"] == "resync"
        await ring(alice_ws, 5)
        assert (await first.frame())["d"] == {"times": 5}
        assert (await second.frame())["d"] == {"times": 5}


async def test_a_suspended_workspace_is_cut(server: Server, cookies: Cookies, mallory_ws: Workspace) -> None:
    async with (
        browser(server, cookies["mallory"], host=world.MALLORY_HOST) as tab,
        browser(server, cookies["alice"]) as other,
    ):
        async with suspended(mallory_ws):
            assert await tab.closed(seconds=5) == 4403
        assert await other.silent()
