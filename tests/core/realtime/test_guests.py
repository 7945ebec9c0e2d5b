"""The socket of a support person is cut within seconds of whatever ends their stay, wherever it stands."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from core.accounts.models import SupportSession, User
from tenants.asyncio import in_place
from tenants.context import PLATFORM, platform, workspace
from tenants.models import Staff, SupportAccess, Workspace
from tests import world
from tests.conftest import HOSTS
from tests.core.realtime.server import Browser, Cookies, Server, browser
from tests.support import enter

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("committed", "cookies", "redis")]


def _off_the_staff(user: User, row: Workspace) -> None:
    Staff.objects.filter(user=user).delete()


def _other_role(user: User, row: Workspace) -> None:
    Staff.objects.filter(user=user).update(role="billing")


def _deactivated(user: User, row: Workspace) -> None:
    User.objects.filter(id=user.id).update(is_active=False)


def _ended_outside(user: User, row: Workspace) -> None:
    SupportAccess.objects.filter(user=user).update(ended_at=timezone.now())


def _ended_inside(user: User, row: Workspace) -> None:
    with workspace(row):
        _stays_of(user).update(ended_at=timezone.now())


def _time_is_up(user: User, row: Workspace) -> None:
    with workspace(row):
        _stays_of(user).update(expires_at=timezone.now() - timedelta(seconds=1))


def _stays_of(user: User) -> "QuerySet[SupportSession]":
    return SupportSession.objects.filter(person__endswith=f"<{user.email}>")


HARMS: dict[str, Callable[[User, Workspace], None]] = {
    "off the staff": _off_the_staff,
    "other role": _other_role,
    "deactivated": _deactivated,
    "ended outside": _ended_outside,
    "ended inside": _ended_inside,
    "time is up": _time_is_up,
}


def _forget(rows: "QuerySet[User]") -> None:
    """The rows alone: what Django would follow stands elsewhere."""
    rows._raw_delete(rows.db)


@pytest.fixture
def staff(alice_ws: Workspace) -> Iterator[dict[str, User]]:
    """People of Rosa's who exist for one test and may be harmed."""
    found = {}
    with platform():
        for number, name in enumerate([*HARMS, "unharmed"]):
            user = User.objects.create(email=f"guest-{number}@rosa.test", name=name, role="staff")
            HOSTS[user.email] = world.ROSA_HOST
            Staff.objects.create(
                user=user, reseller=alice_ws.reseller, role="support", accepted_at=timezone.now()
            )
            found[name] = user
    yield found
    with workspace(alice_ws):
        SupportSession.objects.all().delete()
        _forget(User.everyone.filter(role="support"))
    with platform():
        SupportAccess.objects.all().delete()
        for user in found.values():
            Staff.objects.filter(user=user).delete()
            _forget(User.objects.filter(id=user.id))
            del HOSTS[user.email]


def cookie(person: User, row: Workspace) -> str:
    return f"marque={enter(person, row).cookies['marque'].value}"


async def test_whatever_ends_a_stay_cuts_its_socket(
    server: Server, cookies: Cookies, staff: dict[str, User], alice_ws: Workspace
) -> None:
    async with AsyncExitStack() as stack:
        tabs = dict[str, Browser]()
        for name, user in staff.items():
            inside = await in_place(PLATFORM, cookie, user, alice_ws)
            tabs[name] = await stack.enter_async_context(browser(server, inside))
        for name, harm in HARMS.items():
            await in_place(PLATFORM, harm, staff[name], alice_ws)
        closed = await asyncio.gather(*(tabs[name].closed(seconds=5) for name in HARMS))
        assert dict(zip(HARMS, closed, strict=True)) == dict.fromkeys(HARMS, 4403)
        assert await tabs["unharmed"].silent()


async def test_a_stay_of_elsewhere_opens_no_socket(
    server: Server, staff: dict[str, User], alice_ws: Workspace
) -> None:
    inside = await in_place(PLATFORM, cookie, staff["unharmed"], alice_ws)
    with pytest.raises(Exception, match="403"):
        async with browser(server, inside, host=world.MALLORY_HOST):
            pass
