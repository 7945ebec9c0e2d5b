"""How much stands on a team, for whoever is about to delete it: said by the apps above."""

from collections.abc import Callable
from uuid import UUID

Counter = Callable[[UUID], int]

_counters: dict[str, Counter] = {}


def register_use(word: str, counter: Counter) -> None:
    """In AppConfig.ready(): how many of these, such as "conversation", a team has; the same word replaces."""
    _counters[word] = counter


def uses_of(team_id: UUID) -> list[str]:
    """ "1,204 conversations", for each kind of which it has some."""
    counts = {word: count(team_id) for word, count in _counters.items()}
    return [f"{count:,} {word}{'' if count == 1 else 's'}" for word, count in counts.items() if count]
