"""Who talks when, how long and how it stands: decided for all at once, so that the sums come out.

What is said in them is talk.py, the people are people.py; nothing here touches the database.
"""

from dataclasses import dataclass
from random import Random

from deploy.demo.business import Business
from deploy.demo.chance import one, stream
from deploy.demo.words.script import Script

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MESSAGES_PER_CONVERSATION = 5
TALKATIVE = 2_000
"""Every so many conversations one is long enough for several pages."""

LENGTHS = (*[1] * 9, *[2] * 17, *[3] * 17, *[4] * 19, *[5] * 9, *[6] * 11, *[7] * 9, *[9] * 4, 11, 13, 16, 24)
AGES = (
    (0.008, 3 * HOUR), (0.018, 20 * HOUR), (0.045, 5 * DAY), (0.2, 30 * DAY), (0.37, 60 * DAY),
    (0.52, 90 * DAY), (0.9, 180 * DAY), (1.0, 400 * DAY),
)  # fmt: skip
"""Which share of conversations had its last message within so many milliseconds.

A business that grows a little, so that a week, a month and a quarter compare with those before.
"""
OPEN = (
    (3 * HOUR, 0.95),
    (20 * HOUR, 0.85),
    (3 * DAY, 0.7),
    (10 * DAY, 0.45),
    (30 * DAY, 0.12),
    (90 * DAY, 0.02),
)
"""How many are still open when the last message is so old."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One conversation to come; `parts` are scripts and how far they go.

    Times are milliseconds since 1970 as they fell; `awake` makes them times at which people write.
    """

    contact: int
    kind: str
    parts: tuple[tuple[Script, int], ...]
    length: int
    start: int
    last: int
    is_open: bool

    @property
    def channel(self) -> str:
        """Where it came in; the kinds that are no channel say who wrote."""
        return {"trap": "form", "robot": "email"}.get(self.kind, self.kind)


def conversations(*, seed: int, contacts: int, messages: int, business: Business, until: int) -> list[Plan]:
    """Plans with exactly `messages` messages together, the newest shortly before `until`."""
    random = stream(seed, purpose="plan")
    plans = []
    for number, length in enumerate(_lengths(messages, random=random)):
        contact = number if number < contacts else int(random.random() * contacts)
        plans.append(_plan(contact, length=length, business=business, until=until, random=random))
    return plans


def first_times(plans: list[Plan]) -> dict[int, Plan]:
    """The first conversation of each contact who has one: that is how they became known."""
    first: dict[int, Plan] = {}
    for plan in plans:
        known = first.get(plan.contact)
        if known is None or plan.start < known.start:
            first[plan.contact] = plan
    return first


def _lengths(messages: int, *, random: Random) -> list[int]:
    """How long each conversation is: most are short, a few very long, together exactly `messages`."""
    count = -(-messages // MESSAGES_PER_CONVERSATION)
    lengths = [one(LENGTHS, random=random) for _ in range(count)]
    if messages >= 1000:
        for at in range(7, count, TALKATIVE):
            lengths[at] = 120 + int(random.random() * 280)
    missing = messages - sum(lengths)
    at = 0
    while missing:
        step = 1 if missing > 0 else -1
        if lengths[at % count] + step >= 1:
            lengths[at % count] += step
            missing -= step
        at += 1
    return lengths


def _plan(contact: int, *, length: int, business: Business, until: int, random: Random) -> Plan:
    age = _age(random)
    is_open = random.random() < next((share for limit, share in OPEN if age < limit), 0.0)
    parts = _parts(length, business=business, breaks_off=is_open, random=random)
    duration = (length - 1) * (2 * MINUTE + int(random.expovariate(1 / (9 * HOUR))))
    return Plan(
        contact=contact,
        kind=one(parts[0][0].kinds, random=random),
        parts=parts,
        length=length,
        start=until - age - duration,
        last=until - age,
        is_open=is_open,
    )


def _age(random: Random) -> int:
    """How long ago the last message was, in milliseconds: half of a year evenly, a long tail."""
    share, low = random.random(), 0
    for limit, high in AGES:
        if share < limit:
            return low + MINUTE + int(random.random() * (high - low))
        low = high
    raise AssertionError("the last share is 1")


def _parts(
    length: int, *, business: Business, breaks_off: bool, random: Random
) -> tuple[tuple[Script, int], ...]:
    """Scripts one after the other with `length` messages together; only what is still open breaks off."""
    parts: list[tuple[Script, int]] = []
    while length:
        size = min(length, business.longest)
        if length > size:
            size = 2 + int(random.random() * (size - 1))
        told = size
        if breaks_off and size == length < business.longest:
            told += 1 + int(random.random() * (business.longest - size))
        scripts = business.by_length[told]
        parts.append((one(scripts, random=random), size))
        length -= size
    return tuple(parts)


def awake(at: int, *, until: int) -> int:
    """The same day between seven and ten: nobody writes at four. Today stays as it is, it has to be over.

    It keeps the order: what was later stays later.
    """
    day = at - at % DAY
    if day >= until - until % DAY:
        return at
    return day + 7 * HOUR + (at - day) * 15 // 24
