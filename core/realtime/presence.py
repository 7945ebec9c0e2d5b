"""Whether anybody of the team has a page of this workspace open, and who does: marks left now and then.

They are a hint, free to be lost: while Redis is away nobody counts as present.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from tenants import marks
from tenants.context import current

if TYPE_CHECKING:
    from core.realtime.rights import Identity

MARK = "present"
EVERY = 30.0
"""Seconds for which this process leaves a workspace's mark as it is."""
LASTS = timedelta(seconds=90)

HERE, ACTIVE = "here", "active"
"""Marks of one person: a page is open, and somebody is at it."""
PERSON_LASTS = 150
"""Seconds; browsers say it every minute (frontend/presence.ts)."""

_noted: dict[str, float] = {}


def note_present() -> None:
    """Somebody of the team has a socket here."""
    schema, now = current().schema, time.monotonic()
    if now - _noted.get(schema, -EVERY) >= EVERY and marks.leave(MARK, timezone.now().isoformat()):
        _noted[schema] = now


def is_somebody_present() -> bool:
    """Whether the team was here in the last minute and a half."""
    found = marks.read(MARK)
    return bool(found) and timezone.now() - datetime.fromisoformat(str(found)) < LASTS


class Presence(StrEnum):
    """Online is at the page, away has one open."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


def note_person(user: str, *, active: bool) -> None:
    """A browser of this person has a page open, and with `active` somebody moves in it."""
    marks.leave(f"{HERE}:{user}", 1, seconds=PERSON_LASTS)
    if active:
        marks.leave(f"{ACTIVE}:{user}", 1, seconds=PERSON_LASTS)


def presence_of(people: Sequence[UUID]) -> dict[UUID, Presence]:
    """Who of them is here, in one command however many they are."""
    names = [f"{mark}:{user}" for user in people for mark in (ACTIVE, HERE)]
    found = marks.read_many(names)
    return {
        user: _presence(active=bool(found[2 * at]), here=bool(found[2 * at + 1]))
        for at, user in enumerate(people)
    }


def _presence(*, active: bool, here: bool) -> Presence:
    if active:
        return Presence.ONLINE
    return Presence.AWAY if here else Presence.OFFLINE


def heard_here(who: "Identity", frame: Mapping[str, object]) -> None:
    """A whisper for nobody: a browser says that it is here."""
    note_person(who.member.user, active=frame.get("s") == "active")
