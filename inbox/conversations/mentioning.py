"""Who can be mentioned in a note: the people who may read it, and their teams. How one is found is chips.py.

The text alone says who is meant, so what is typed by hand counts as what was picked from the list.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from core.accounts.access import Action, may
from core.accounts.models import Team, User
from core.accounts.queries import teammates, teams
from inbox.conversations.chips import spans


@dataclass(frozen=True, slots=True)
class Handle:
    """Somebody or some team; "@" and its `words` in a note mention its `people`."""

    kind: Literal["person", "team"]
    words: str
    face: User | Team
    people: tuple[UUID, ...]
    find: str
    """By what else it is found while somebody types, one per line."""


def handles() -> list[Handle]:
    """Everybody who may use the inbox by name, then the teams that have some of them; in three questions.

    Words that would mean two of them carry what tells them apart.
    """
    people = [one for one in teammates().select_related("team_role") if may(one, Action.USE_INBOX)]
    able = {one.id for one in people}
    groups = [
        (team, tuple(one.user_id for one in team.members.all() if one.user_id in able)) for team in teams()
    ]
    groups = [(team, members) for team, members in groups if members]
    faces: list[User | Team] = [*people, *(team for team, _ in groups)]
    count = Counter(_words(one).casefold() for one in faces)

    def told_apart(face: User | Team, more: str) -> str:
        words = _words(face)
        return words if count[words.casefold()] == 1 else f"{words} ({more})"

    persons = [Handle("person", told_apart(one, one.email), one, (one.id,), one.email) for one in people]
    return persons + [Handle("team", told_apart(team, "team"), team, ids, "team") for team, ids in groups]


def mentioned_in(text: str) -> dict[UUID, str]:
    """Whom a note mentions, each with the words that do: their own before those of a team of theirs."""
    if "@" not in text:
        return {}
    known = {one.words: one for one in handles()}
    meant = [known[words] for _, _, words in spans(text, known)]
    meant.sort(key=lambda one: one.kind == "person")  # what comes last stays
    return {person: one.words for one in meant for person in one.people}


def _words(face: User | Team) -> str:
    return " ".join((face.display_name if isinstance(face, User) else face.name).split())
