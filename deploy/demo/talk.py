"""A planned conversation told: who says what, and when. How that becomes rows is rows.py next door."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deploy.demo.business import Business
from deploy.demo.chance import one, stream
from deploy.demo.people import Person
from deploy.demo.plan import Plan, awake
from deploy.demo.words.facts import DAYS, MONTHS, PLACES, SUMS, TIMES


@dataclass(frozen=True, slots=True)
class Teammate:
    """Who answers; `id` is theirs in the workspace at hand."""

    id: str
    first: str


@dataclass(frozen=True, slots=True)
class Said:
    """One message; `at` in milliseconds since 1970, no author where the contact speaks."""

    at: int
    author: Teammate | None
    text: str


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation as it went; `owner` is who mostly answered."""

    plan: Plan
    person: Person
    owner: Teammate
    subject: str
    said: list[Said]


class Teller:
    """Tells plans one after the other; the same seed and the same team say the same words."""

    def __init__(self, *, seed: int, business: Business, team: Sequence[Teammate], until: int) -> None:
        self._random = stream(seed, purpose="talk")
        self._business, self._team, self._until = business, team, until

    def tell(self, plan: Plan, *, person: Person) -> Talk:
        owner, facts = one(self._team, random=self._random), self._facts(person)
        said = list(self._said(plan, owner=owner, facts=facts))
        subject = (
            self._business.form if plan.channel == "form" else plan.parts[0][0].subject.format_map(facts)
        )
        return Talk(plan, person, owner, subject, said)

    def _facts(self, person: Person) -> dict[str, str]:
        random, company = self._random, person.company
        return {
            "first": person.first,
            "company": company.name if company else self._business.alone.format(last=person.last),
            "place": one(PLACES, random=random),
            "month": one(MONTHS, random=random),
            "day": one(DAYS, random=random),
            "time": one(TIMES, random=random),
            "sum": one(SUMS, random=random),
            "n": str(3 + int(random.random() * 9)),
            "number": str(20_000 + int(random.random() * 9_000)),
        }

    def _said(self, plan: Plan, *, owner: Teammate, facts: dict[str, str]) -> Iterator[Said]:
        """The messages of all parts; a matter is answered by one person, now and then not by the owner."""
        times = iter(self._times(plan))
        for script, length in plan.parts:
            author = owner if self._random.random() < 0.85 else one(self._team, random=self._random)
            facts["me"] = author.first
            for turn in script.turns[:length]:
                text = turn.told(self._random, facts=facts)
                yield Said(at=next(times), author=None if turn.inbound else author, text=text)

    def _times(self, plan: Plan) -> list[int]:
        """From the plan's start to its last, each later than the one before."""
        if plan.length == 1:
            return [awake(plan.last, until=self._until)]
        gaps = [0.1 + self._random.random() ** 3 for _ in range(plan.length - 1)]
        free = plan.last - plan.start - (plan.length - 1) * 1000
        scale, passed, times = free / sum(gaps), 0.0, [plan.start]
        for at, gap in enumerate(gaps[:-1], start=1):
            passed += gap
            times.append(plan.start + at * 1000 + int(passed * scale))
        return [awake(at, until=self._until) for at in (*times, plan.last)]
