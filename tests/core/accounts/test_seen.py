"""When somebody was last at work: any page tells, once a minute, and only of the workspace's people."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from redis import Redis

from core.accounts import seen
from core.accounts.models import User
from core.accounts.queries import people_count, seat_count
from tenants import marks
from tenants.context import platform, workspace
from tenants.models import Workspace

pytestmark = pytest.mark.usefixtures("db", "redis")

ClientFor = Callable[..., Client]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "_noted", {})


def mark_of(row: Workspace) -> Any:
    with workspace(row):
        return marks.read(seen.SEEN)


def test_a_page_tells(
    client_for: ClientFor, charlie: User, alice_ws: Workspace, mallory_ws: Workspace
) -> None:
    before = timezone.now()
    client_for(charlie).get("/inbox/")
    assert before <= datetime.fromisoformat(mark_of(alice_ws)) <= timezone.now()
    assert mark_of(mallory_ws) is None


def test_once_a_minute(client_for: ClientFor, charlie: User, alice_ws: Workspace, redis: Redis) -> None:
    client = client_for(charlie)
    client.get("/inbox/")
    redis.flushdb()
    client.get("/inbox/")
    assert mark_of(alice_ws) is None


def test_the_support_person_is_not_of_it(alice_ws: Workspace) -> None:
    with workspace(alice_ws):
        seen.note_seen(User(email="s@x.test", role="support"))
    assert mark_of(alice_ws) is None


def test_a_console_is_nobodys_work(client_for: ClientFor, rosa: User) -> None:
    client_for(rosa).get("/")
    with platform():
        assert marks.read(seen.SEEN) is None


class TestLastSeen:
    def test_nobody_yet(self, alice_ws: Workspace) -> None:
        with workspace(alice_ws):
            User.objects.update(last_login=None)
            assert seen.last_seen() is None

    @pytest.mark.parametrize(("signed_in", "mark", "newest"), [(3, 5, 3), (5, 3, 3), (3, None, 3)])
    def test_the_newest_counts(
        self, alice_ws: Workspace, charlie: User, signed_in: int, mark: int | None, newest: int
    ) -> None:
        now = timezone.now()
        with workspace(alice_ws):
            User.objects.update(last_login=None)
            User.objects.filter(id=charlie.id).update(last_login=now - timedelta(days=signed_in))
            User.objects.create(email="s@x.test", role="support", last_login=now, password="!")
            if mark:
                marks.leave(seen.SEEN, (now - timedelta(days=mark)).isoformat())
            assert seen.last_seen() == (now - timedelta(days=newest)).isoformat()


def test_seats_are_people_who_can_come_in(alice_ws: Workspace, charlie: User) -> None:
    with workspace(alice_ws):
        User.objects.filter(id=charlie.id).update(is_active=False)
        User.objects.create(email="s@x.test", role="support", password="!")
        assert (seat_count(), people_count()) == (2, 3)
