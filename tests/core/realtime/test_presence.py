"""core/realtime/presence.py: who of the team is here; a hint that runs out, and each workspace's own."""

from uuid import UUID, uuid4

import pytest

from core.realtime import presence
from core.realtime.audience import Member
from core.realtime.presence import Presence, heard_here, note_person, presence_of
from core.realtime.rights import Identity
from core.realtime.whisper import overheard
from tenants import marks
from tenants.context import Place, workspace
from tenants.keys import key
from tenants.models import Workspace

pytestmark = pytest.mark.usefixtures("redis")


def who(user: UUID) -> Identity:
    return Identity(session="s", member=Member(user=str(user)), role="agent", proof="p")


def test_it_works(in_alice: Place) -> None:
    at_work, away, gone = uuid4(), uuid4(), uuid4()
    assert overheard(who(at_work), {"t": "here", "s": "active"}) == []
    assert overheard(who(away), {"t": "here", "s": "open"}) == []
    assert presence_of([at_work, away, gone]) == {
        at_work: Presence.ONLINE,
        away: Presence.AWAY,
        gone: Presence.OFFLINE,
    }


def test_a_background_tab_does_not_send_away_who_works_in_another(in_alice: Place) -> None:
    user = uuid4()
    heard_here(who(user), {"s": "active"})
    heard_here(who(user), {"s": "open"})
    assert presence_of([user]) == {user: Presence.ONLINE}


def test_it_runs_out_by_itself(in_alice: Place) -> None:
    user = uuid4()
    note_person(str(user), active=True)
    for mark in (presence.HERE, presence.ACTIVE):
        assert 0 < int(marks.client().ttl(key("mark", f"{mark}:{user}"))) <= presence.PERSON_LASTS


def test_another_workspace_knows_nothing_of_it(in_alice: Place, mallory_ws: Workspace) -> None:
    user = uuid4()
    note_person(str(user), active=True)
    with workspace(mallory_ws):
        assert presence_of([user]) == {user: Presence.OFFLINE}


def test_without_redis_nobody_is_here(in_alice: Place, settings: object) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # type: ignore[attr-defined]  # pytest-django's wrapper
    user = uuid4()
    note_person(str(user), active=True)
    assert presence_of([user]) == {user: Presence.OFFLINE}
    assert presence_of([]) == {}
