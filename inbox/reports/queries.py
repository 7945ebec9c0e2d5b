"""Reads of the reports: every figure is a sum over days, in one query per part of the page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from core.accounts.models import User
from core.accounts.queries import teams_by_name
from inbox.conversations.transports import channel_choices
from inbox.reports.enums import NOBODY, STEPS, Kind
from inbox.reports.models import Day

DIMENSIONS = ("person", "team", "channel")
GONE = {
    "person": "Somebody who is gone",
    "team": "A team that was deleted",
    "channel": "A channel that is gone",
}
"""What the figures of what nobody knows any more stand under."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A span of whole days (UTC), `last` included, and what narrows it."""

    first: date
    last: date
    channel: str = ""
    team: UUID | None = None
    person: UUID | None = None

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Asked":
        """The span of the same length just before."""
        length = timedelta(days=self.days)
        return Asked(
            first=self.first - length,
            last=self.last - length,
            channel=self.channel,
            team=self.team,
            person=self.person,
        )

    def rows(self) -> QuerySet[Day]:
        rows: QuerySet[Day] = Day.objects.filter(day__range=(self.first, self.last))
        narrowed = {"channel": self.channel, "team": self.team, "person": self.person}
        return rows.filter(Q(**{name: value for name, value in narrowed.items() if value}))


@dataclass(slots=True)
class Times:
    """How long something took: how often by step, and the sum of all."""

    counts: list[int] = field(default_factory=lambda: [0] * len(STEPS))
    seconds: int = 0

    @property
    def count(self) -> int:
        return sum(self.counts)

    @property
    def mean(self) -> int | None:
        """Seconds; None when it never happened."""
        return self.seconds // self.count if self.count else None

    @property
    def median(self) -> int | None:
        """Seconds, worked out inside the step that holds the middle; None when it never happened."""
        return self.below(0.5)

    def below(self, share: float) -> int | None:
        """In how many seconds this share of them was done, worked out inside a step."""
        wanted, passed = self.count * share, 0
        for step, count in enumerate(self.counts):
            if count and passed + count >= wanted:
                start = STEPS[step]
                end = STEPS[step + 1] if step + 1 < len(STEPS) else 2 * start
                return int(start + (end - start) * (wanted - passed) / count)
            passed += count
        return None

    def add(self, *, step: int, count: int, seconds: int) -> None:
        self.counts[step] += count
        self.seconds += seconds


@dataclass(slots=True)
class Line:
    """What one person, team or channel, or everybody, did in a span."""

    name: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    replied: Times = field(default_factory=Times)
    resolved: Times = field(default_factory=Times)

    def add(self, *, kind: str, step: int, count: int, seconds: int) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + count
        if kind == Kind.REPLIED:
            self.replied.add(step=step, count=count, seconds=seconds)
        elif kind == Kind.RESOLVED:
            self.resolved.add(step=step, count=count, seconds=seconds)

    def count(self, kind: str) -> int:
        return self.counts.get(kind, 0)


def total(asked: Asked) -> Line:
    """Everything in the span, in one query."""
    line = Line()
    for kind, step, count, seconds in _sums(asked.rows(), "kind", "step"):
        line.add(kind=str(kind), step=int(step), count=count, seconds=seconds)
    return line


def by_day(asked: Asked, *, kind: Kind) -> list[tuple[date, int]]:
    """How often it happened on each day of the span, days without it too."""
    found = {day: count for day, count, _ in _sums(asked.rows().filter(kind=kind), "day")}
    days = (asked.first + timedelta(days=number) for number in range(asked.days))
    return [(day, found.get(day, 0)) for day in days]


def by_dimension(asked: Asked, *, dimension: str, names: dict[str, str]) -> list[Line]:
    """A line for each person, team or channel, who did most first. Raises ValueError for anything else."""
    if dimension not in DIMENSIONS:
        raise ValueError(f"no such dimension: {dimension}")
    lines: dict[str, Line] = {}
    for key, kind, step, count, seconds in _sums(asked.rows(), dimension, "kind", "step"):
        line = lines.setdefault(str(key), Line(name=names.get(str(key), GONE[dimension])))
        line.add(kind=str(kind), step=int(step), count=count, seconds=seconds)
    if dimension != "channel":
        lines.pop(NOBODY, None)
    return sorted(lines.values(), key=lambda line: (-sum(line.counts.values()), line.name))


def names_of(dimension: str) -> dict[str, str]:
    """What people or teams are called, by id, or channels by their key: whatever has a transport."""
    if dimension == "person":
        return {str(person.id): person.display_name for person in User.everyone.all()}
    if dimension == "channel":
        return dict(channel_choices())
    return {str(team.id): team.name for team in teams_by_name()}


def _sums(rows: QuerySet[Day], *by: str) -> Iterable[tuple]:  # type: ignore[type-arg]  # as long as `by` is
    return rows.order_by(*by).values_list(*by).annotate(Sum("count"), Sum("seconds"))
