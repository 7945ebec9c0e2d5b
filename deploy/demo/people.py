"""Contacts and companies from a seed: who they are, what they do, how they can be reached.

When they came is decided by their first conversation (plan.py); the rows are written by bulk.py.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random

from core.text import fold
from deploy.demo.business import Business
from deploy.demo.chance import one, stream
from deploy.demo.ids import SeededIds
from deploy.demo.phones import local_phone, some_phone
from deploy.demo.plan import DAY, Plan, awake
from deploy.demo.words.companies import HEADS, PRIVATE_HOSTS, TAILS, TITLES
from deploy.demo.words.facts import PLACES
from deploy.demo.words.names import NAMES

NAMES_OF_COMPANIES = len(HEADS) * len(TAILS)
SPREAD = 677
"""Coprime to the number of names, so that neighbours in the list are unlike and each comes once."""


@dataclass(frozen=True, slots=True)
class Company:
    """Times are milliseconds since 1970."""

    id: str
    name: str
    domain: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Person:
    """A contact; without `email` only a number somebody noted down."""

    id: str
    first: str
    last: str
    email: str
    phone: str
    phone_e164: str | None
    company: Company | None
    title: str
    source: str
    created_at: int

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


class People:
    """Makes everybody of one seed in order; the colleagues of one company follow each other.

    Names and addresses follow from the seed alone, so that the first of them tells whether a seed is there.
    """

    def __init__(
        self, *, seed: int, business: Business, host: str, first: Mapping[int, Plan], until: int
    ) -> None:
        self._seed, self._business, self._first, self._until = seed, business, first, until
        # As the doors in inbox/transports name themselves.
        self._doors = {"form": "contact", "api": business.api_client, "email": f"hello@{host}"}
        self._random, self._ids = stream(seed, purpose="people"), SeededIds(seed)
        self._taken: set[str] = set()

    def __iter__(self) -> Iterator[Person]:
        employer: Company | None = None
        for number, company in enumerate(self._employers()):
            if company is not employer:
                employer, self._taken = company, set()
            yield self._person(number, company=company)

    def _employers(self) -> Iterator[Company | None]:
        """Where each person works, or None, without end."""
        random, number = stream(self._seed, purpose="companies"), 0
        while True:
            if random.random() < self._business.private:
                yield None
                continue
            company = self._company(number)
            number += 1
            for _ in range(1 + int(random.expovariate(0.55))):
                yield company

    def _company(self, number: int) -> Company:
        turn, place = divmod(number, NAMES_OF_COMPANIES)
        head, tail = divmod((place * SPREAD + self._seed) % NAMES_OF_COMPANIES, len(TAILS))
        name, at = f"{HEADS[head]} {TAILS[tail]}", self._until - 800 * DAY
        return Company(
            id=self._ids.make("company", number=number, at=at),
            name=f"{name} {PLACES[turn % len(PLACES)]}" if turn else name,
            domain=f"{letters(name)}{tag(self._seed, turn=turn)}.example",
            created_at=at,
        )

    def _person(self, number: int, *, company: Company | None) -> Person:
        random, plan = self._random, self._first.get(number)
        came = self._until - DAY - int(random.random() * 700 * DAY)
        if plan:
            came = awake(plan.start, until=self._until)
        first, last = some_name(random)
        email = self._email(first, last, number=number, company=company)
        phone, e164 = some_phone(random) if random.random() < 0.55 else ("", None)
        title = one(TITLES, random=random)
        if number and number % 5 == 0 and plan and plan.channel == "manual":
            email, phone, e164 = "", local_phone(number), None
        return Person(
            id=self._ids.make("contact", number=number, at=came),
            first=first, last=last, email=email, phone=phone, phone_e164=e164,
            company=company, title=title if company else "",
            source=self._source(plan.channel) if plan else "import",
            created_at=came,
        )  # fmt: skip

    def _source(self, channel: str) -> str:
        return f"{channel}:{self._doors[channel]}" if channel in self._doors else channel

    def _email(self, first: str, last: str, *, number: int, company: Company | None) -> str:
        local = f"{letters(first)}.{letters(last)}"
        if company is None:
            host = PRIVATE_HOSTS[number % len(PRIVATE_HOSTS)]
            return f"{local}{number}@{host.replace('.', tag(self._seed, turn=0) + '.', 1)}"
        while local in self._taken:
            local += "2"
        self._taken.add(local)
        return f"{local}@{company.domain}"


def tag(seed: int, *, turn: int) -> str:
    """Keeps domains of different seeds apart, so that one workspace can be filled several times."""
    return (f"-s{seed}" if seed else "") + (f"-{turn}" if turn else "")


def some_name(random: Random) -> tuple[str, str]:
    """First and last name. Most people's come from one place; some families moved."""
    here = one(NAMES, random=random)
    there = here if random.random() < 0.9 else one(NAMES, random=random)
    return one(here.first, random=random), one(there.last, random=random)


@cache
def letters(text: str) -> str:
    """What of a name fits an address."""
    return re.sub(r"[^a-z0-9]", "", fold(text))
