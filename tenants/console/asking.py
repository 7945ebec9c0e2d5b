"""What a list of workspaces is asked for in its address, and the addresses of everything one click away.

What is found for it is listing.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

from tenants.console import cursors
from tenants.console.forms import search_words
from tenants.console.health import Word
from tenants.console.listing import NEWEST, Order, Tally, Wanted, orders
from tenants.models import Workspace


def wanted_by(request: HttpRequest, *, wide: bool = False) -> Wanted:
    """As the address says; what it says wrongly is as if it were not said."""
    asked, known = request.GET, orders()
    sort = asked.get("sort", "")
    down, key = sort.startswith("-"), sort.removeprefix("-")
    if key not in known:
        down, key = True, NEWEST
    state, health = asked.get("state", ""), asked.get("health", "")
    return Wanted(
        words=search_words(request),
        state=state if state in Workspace.State.values else "",
        health=health if health in Word.values else "",
        order=key,
        down=down,
        after=cursors.read(asked.get("after", ""), kind=known[key].kind),
        wide=wide,
        lively=True,
    )


def query_of(wanted: Wanted, **changed: str) -> str:
    """The address's query for this list, with some of it changed; what is as usual is left out."""
    said = {
        "q": wanted.words,
        "state": wanted.state,
        "health": wanted.health,
        "sort": sort_of(wanted.order, down=wanted.down),
        **changed,
    }
    usual = sort_of(NEWEST, down=True)
    kept = {key: value for key, value in said.items() if value and not (key == "sort" and value == usual)}
    return f"?{urlencode(kept)}" if kept else "?"


def sort_of(key: str, *, down: bool) -> str:
    return f"-{key}" if down else key


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One filter with how many it would leave; a click on a chosen one takes it off."""

    label: str
    count: int
    url: str
    chosen: bool


def state_chips(wanted: Wanted, *, tally: Tally) -> list[Chip]:
    """States in which there are workspaces."""
    labels = dict(Workspace.State.choices)
    return list(_chips(wanted, key="state", chosen=wanted.state, labels=labels, counts=tally.states))


def health_chips(wanted: Wanted, *, tally: Tally) -> list[Chip]:
    labels = dict(Word.choices)
    return list(_chips(wanted, key="health", chosen=wanted.health, labels=labels, counts=tally.healths))


def _chips(
    wanted: Wanted, *, key: str, chosen: str, labels: dict[str, str], counts: dict[str, int]
) -> Iterable[Chip]:
    for value, label in labels.items():
        if counts[value] or value == chosen:
            url = query_of(wanted, **{key: "" if value == chosen else value})
            yield Chip(label=str(label), count=counts[value], url=url, chosen=value == chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A column's head: the address that sorts by it, and how it is sorted now ("" when it is not)."""

    key: str
    label: str
    url: str
    sort: str
    sorted: str


def heads(wanted: Wanted) -> dict[str, Head]:
    """By key of the order."""
    return {key: _head(key, order=order, wanted=wanted) for key, order in orders().items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """One entry of the menu that narrow screens sort by."""

    value: str
    label: str
    chosen: bool


def sorts(wanted: Wanted) -> list[Sort]:
    """Every order in its usual direction, the usual one first."""
    known = orders()
    first = Sort(value="", label="Newest", chosen=wanted.order == NEWEST)
    return [first] + [
        Sort(value=sort_of(key, down=order.down), label=order.label, chosen=key == wanted.order)
        for key, order in known.items()
        if key != NEWEST
    ]


def _head(key: str, *, order: Order, wanted: Wanted) -> Head:
    chosen = key == wanted.order
    sort = sort_of(key, down=not wanted.down if chosen else order.down)
    now = ("descending" if wanted.down else "ascending") if chosen else ""
    return Head(key=key, label=order.label, url=query_of(wanted, sort=sort), sort=sort, sorted=now)
