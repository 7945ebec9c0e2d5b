"""Who of one workspace may see an event, as written by the publisher and tested at each socket.

A member is whoever sits behind a socket (rights.py next door loads it); the workspace is the room.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Self
from uuid import UUID

Ids = frozenset[str]
NOBODY: Ids = frozenset()


@dataclass(frozen=True, slots=True)
class Member:
    """The user who sits behind one socket."""

    user: str


@dataclass(frozen=True, slots=True)
class Audience:
    """A union of grants. `team` means every signed-in user of the workspace."""

    team: bool = False
    users: Ids = NOBODY

    def __or__(self, other: Self) -> "Audience":
        return Audience(team=self.team or other.team, users=self.users | other.users)

    def matches(self, member: Member) -> bool:
        return self.team or member.user in self.users

    def dumps(self) -> str:
        """Compact JSON with a stable order, so that equal audiences are equal texts."""
        grants: dict[str, object] = {}
        if self.team:
            grants["e"] = 1
        if self.users:
            grants["u"] = sorted(self.users)
        return json.dumps(grants, separators=(",", ":"))


@lru_cache(maxsize=1024)
def loads(text: str) -> Audience:
    """The audience in an entry; raises ValueError for anything `dumps` did not write."""
    grants = json.loads(text)
    if not isinstance(grants, dict) or not grants.keys() <= {"e", "u"}:
        raise ValueError(f"not an audience: {text[:80]!r}")
    return Audience(team=bool(grants.get("e")), users=_ids(grants.get("u", [])))


def everyone() -> Audience:
    """Every signed-in user of the workspace."""
    return Audience(team=True)


def users(ids: Iterable[UUID | str]) -> Audience:
    return Audience(users=frozenset(map(str, ids)))


def _ids(values: object) -> Ids:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"not a list of ids: {values!r}")
    return frozenset(values)
