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
    """Who sits behind one socket: a user with teams, or one visitor of a widget; never both."""

    user: str | None = None
    teams: Ids = NOBODY
    visitor: str | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """A union of grants. `team` means every signed-in user of the workspace, `all` visitors as well."""

    team: bool = False
    all: bool = False
    users: Ids = NOBODY
    teams: Ids = NOBODY
    visitors: Ids = NOBODY

    def __or__(self, other: Self) -> "Audience":
        return Audience(
            team=self.team or other.team,
            all=self.all or other.all,
            users=self.users | other.users,
            teams=self.teams | other.teams,
            visitors=self.visitors | other.visitors,
        )

    def matches(self, member: Member) -> bool:
        if self.all:
            return True
        if member.user is None:
            return member.visitor in self.visitors
        return self.team or member.user in self.users or not self.teams.isdisjoint(member.teams)

    def dumps(self) -> str:
        """Compact JSON with a stable order, so that equal audiences are equal texts."""
        grants: dict[str, object] = {}
        if self.team:
            grants["e"] = 1
        if self.all:
            grants["a"] = 1
        for letter, ids in (("u", self.users), ("t", self.teams), ("v", self.visitors)):
            if ids:
                grants[letter] = sorted(ids)
        return json.dumps(grants, separators=(",", ":"))


@lru_cache(maxsize=1024)
def loads(text: str) -> Audience:
    """The audience in an entry; raises ValueError for anything `dumps` did not write."""
    grants = json.loads(text)
    if not isinstance(grants, dict) or not grants.keys() <= {"e", "a", "u", "t", "v"}:
        raise ValueError(f"not an audience: {text[:80]!r}")
    return Audience(
        team=bool(grants.get("e")),
        all=bool(grants.get("a")),
        users=_ids(grants.get("u", [])),
        teams=_ids(grants.get("t", [])),
        visitors=_ids(grants.get("v", [])),
    )


def everyone() -> Audience:
    """Every signed-in user of the workspace; never a visitor."""
    return Audience(team=True)


def users(ids: Iterable[UUID | str]) -> Audience:
    return Audience(users=frozenset(map(str, ids)))


def teams(ids: Iterable[UUID | str]) -> Audience:
    return Audience(teams=frozenset(map(str, ids)))


def visitor(visitor_id: UUID | str) -> Audience:
    """One visitor behind a widget, and nobody of the team."""
    return Audience(visitors=frozenset({str(visitor_id)}))


def anybody() -> Audience:
    """Everyone in the room, visitors too: for frames that carry nothing, such as a resync."""
    return Audience(all=True)


def _ids(values: object) -> Ids:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"not a list of ids: {values!r}")
    return frozenset(values)
