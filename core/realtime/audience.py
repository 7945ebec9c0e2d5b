"""Who of one workspace may see an event, as written by the publisher and tested at each socket.

A member is whoever sits behind a socket (rights.py next door loads it); the workspace is the room. A visitor
is a stranger with a socket of their own: they hear what names them, and nothing that is said to the team.
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
    """The user, or the visitor, who sits behind one socket; the other is ""."""

    user: str = ""
    visitor: str = ""


@dataclass(frozen=True, slots=True)
class Audience:
    """A union of grants. `team` means every signed-in user, `anybody` each socket there is, visitors' too."""

    team: bool = False
    users: Ids = NOBODY
    visitors: Ids = NOBODY
    anybody: bool = False

    def __or__(self, other: Self) -> "Audience":
        return Audience(
            team=self.team or other.team,
            users=self.users | other.users,
            visitors=self.visitors | other.visitors,
            anybody=self.anybody or other.anybody,
        )

    def matches(self, member: Member) -> bool:
        if self.anybody:
            return True
        if member.visitor:
            return member.visitor in self.visitors
        return self.team or member.user in self.users

    def dumps(self) -> str:
        """Compact JSON with a stable order, so that equal audiences are equal texts."""
        grants: dict[str, object] = {}
        if self.team:
            grants["e"] = 1
        if self.users:
            grants["u"] = sorted(self.users)
        if self.visitors:
            grants["v"] = sorted(self.visitors)
        if self.anybody:
            grants["a"] = 1
        return json.dumps(grants, separators=(",", ":"))


@lru_cache(maxsize=1024)
def loads(text: str) -> Audience:
    """The audience in an entry; raises ValueError for anything `dumps` did not write."""
    grants = json.loads(text)
    if not isinstance(grants, dict) or not grants.keys() <= {"e", "u", "v", "a"}:
        raise ValueError(f"not an audience: {text[:80]!r}")
    return Audience(
        team=bool(grants.get("e")),
        users=_ids(grants.get("u", [])),
        visitors=_ids(grants.get("v", [])),
        anybody=bool(grants.get("a")),
    )


def everyone() -> Audience:
    """Every signed-in user of the workspace."""
    return Audience(team=True)


def users(ids: Iterable[UUID | str]) -> Audience:
    return Audience(users=frozenset(map(str, ids)))


def visitors(ids: Iterable[UUID | str]) -> Audience:
    """Strangers with a socket of their own, and nobody of the team."""
    return Audience(visitors=frozenset(map(str, ids)))


def anybody() -> Audience:
    """Every socket of the workspace: only for frames that say nothing, such as resync."""
    return Audience(anybody=True)


def _ids(values: object) -> Ids:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"not a list of ids: {values!r}")
    return frozenset(values)
