"""How much stands on a team, for whoever is about to delete it: said by the apps above."""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

Counter = Callable[[Collection[UUID]], Mapping[UUID, int]]

_counters: dict[str, Counter] = {}


def register_use(word: str, counter: Counter) -> None:
    """In AppConfig.ready(): how many of these, such as "conversation", teams have; the same word replaces.

    However many teams are asked about, it is one query; a team that has none may be left out.
    """
    _counters[word] = counter


def uses_of(team_id: UUID) -> list[str]:
    """ "1,204 conversations", for each kind of which it has some."""
    return uses_of_each([team_id])[team_id]


def uses_of_each(team_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """The same of several teams, in as many queries as of one."""
    found: dict[UUID, list[str]] = {id: [] for id in team_ids}
    for word, counter in _counters.items() if team_ids else ():
        for id, count in counter(team_ids).items():
            if count:
                found[id].append(f"{count:,} {word}{'' if count == 1 else 's'}")
    return found
