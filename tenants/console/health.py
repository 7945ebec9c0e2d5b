"""One word for how a workspace is, and the reasons for it: the only place that decides.

Each sign is a condition on what is stored in `public`, so lists can filter, count and sort by health in one
question, and no schema is ever looked into.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerChoices,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    TextChoices,
    Value,
    When,
)
from django.utils import timezone

from tenants.console.facts import with_facts
from tenants.models import DataRun, Domain, FleetFault, SetupStep, Workspace

State = Workspace.State
OPEN = Q(state__in=[State.ACTIVE, State.PAST_DUE])
QUIET = timedelta(days=30)
WAIT_FOR_OWNER = timedelta(days=7)
LONG_WAIT = timedelta(days=7)
LONG_SET_UP = timedelta(minutes=10)
ENOUGH = 20
"""Mails before a share of them says anything."""


class Level(IntegerChoices):
    """How urgent; also the order in a list sorted by health."""

    CLOSED = -1, "Closed"
    GOOD = 0, "Good"
    LOOK = 1, "Look at it"
    TROUBLE = 2, "Trouble"


class Word(TextChoices):
    """A level in an address."""

    TROUBLE = "trouble", "Trouble"
    LOOK = "look", "Look at it"
    GOOD = "good", "Good"
    CLOSED = "closed", "Closed"

    @property
    def rank(self) -> Level:
        return Level[self.name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """`says` is the reason in one line, `remedy` what to do; `when` asks the row with its facts.

    `page` is where operators see more, by its name in their console.
    """

    level: Level
    says: str
    remedy: str
    when: Callable[[datetime], Q]
    page: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """The word of one workspace with its reasons, the worst first."""

    level: Level
    reasons: tuple[Sign, ...] = ()

    @property
    def word(self) -> str:
        return str(self.level.label)

    @property
    def said(self) -> str:
        """The reasons in one line, for a hint."""
        return " ".join(sign.says for sign in self.reasons)


def _share(figure: str, *, above: int) -> Q:
    """More than `above` per mille of the mail that was tried, where that is enough to say anything."""
    return OPEN & Q(f_tried__gte=ENOUGH) & Q(**{f"f_{figure}__gt": F("f_tried") * above / 1000})


def _since(moment: datetime) -> str:
    """As the facts spell a time; ISO 8601 in one zone sorts as text."""
    return moment.astimezone(UTC).isoformat()


_SIGNS = (
    Sign(
        level=Level.TROUBLE,
        says="A step of its set-up failed.",
        remedy="It is tried again by itself. If it stays, the platform’s operators see why.",
        when=lambda _: Q(
            Exists(SetupStep.objects.filter(workspace=OuterRef("pk"), state=SetupStep.State.FAILED))
        ),
        page="failed_steps",
    ),
    Sign(
        level=Level.TROUBLE,
        says="It could not be brought to this release.",
        remedy="It goes on working as it was. The platform’s operators see why on their fleet page.",
        when=lambda _: Q(Exists(FleetFault.objects.filter(workspace=OuterRef("pk")))),
        page="faults",
    ),
    Sign(
        level=Level.TROUBLE,
        says="More than 5 % of its mail bounces.",
        remedy="Ask them where their addresses come from, before mailboxes start to refuse all of it.",
        when=lambda _: _share("bounced", above=50),
    ),
    Sign(
        level=Level.TROUBLE,
        says="More than 10 % of its mail fails.",
        remedy="Open its inbox or ask its team what the mail server says; the reason stands at each message.",
        when=lambda _: _share("failed", above=100),
    ),
    Sign(
        level=Level.TROUBLE,
        says="More than 0.3 % of its mail is called unwanted.",
        remedy="Ask them to write only to people who asked for it; providers block what goes on like this.",
        when=lambda _: _share("complained", above=3),
    ),
    Sign(
        level=Level.LOOK,
        says="It is past due.",
        remedy="Its people can read and not write, until somebody marks it as paid.",
        when=lambda _: Q(state=State.PAST_DUE),
    ),
    Sign(
        level=Level.LOOK,
        says="Its set-up takes long.",
        remedy="Its page shows which step it waits for.",
        when=lambda now: Q(state=State.BUILDING, created_at__lt=now - LONG_SET_UP),
    ),
    Sign(
        level=Level.LOOK,
        says="No address leads to it.",
        remedy="Give it a domain, or its people cannot sign in.",
        when=lambda _: (
            OPEN & ~Q(Exists(Domain.objects.filter(workspace=OuterRef("pk"), kind=Domain.Kind.WORKSPACE)))
        ),
    ),
    Sign(
        level=Level.LOOK,
        says="Its data could not be moved to this release.",
        remedy="It works, and older entries may look as before. The platform’s operators see why.",
        when=lambda _: Q(
            Exists(DataRun.objects.filter(workspace=OuterRef("pk"), state=DataRun.State.FAILED))
        ),
    ),
    Sign(
        level=Level.LOOK,
        says="Nobody has come in yet.",
        remedy="Ask its owner whether the invitation arrived; it is valid for a few days.",
        when=lambda now: OPEN & Q(facts__isnull=False, f_seen="", created_at__lt=now - WAIT_FOR_OWNER),
    ),
    Sign(
        level=Level.LOOK,
        says="A customer has waited for an answer for more than 7 days.",
        remedy="Ask its team whether they need help with their inbox.",
        when=lambda now: OPEN & Q(f_waiting_since__gt="", f_waiting_since__lt=_since(now - LONG_WAIT)),
    ),
    Sign(
        level=Level.LOOK,
        says="Nobody was here for 30 days.",
        remedy="Call them: a client who does not come in will leave.",
        when=lambda now: OPEN & Q(f_seen__gt="", f_seen__lt=_since(now - QUIET)),
    ),
)
SIGNS = tuple(enumerate(_SIGNS))
"""Each with the bit that stands for it."""


def with_health(rows: QuerySet[Workspace]) -> QuerySet[Workspace]:
    """The rows with their facts and with `health`, a level."""
    now = timezone.now()
    trouble, look = (_any(level, now=now) for level in (Level.TROUBLE, Level.LOOK))
    level = Case(
        When(state__in=[State.SUSPENDED, State.ARCHIVED, State.DELETED], then=Value(Level.CLOSED.value)),
        When(trouble, then=Value(Level.TROUBLE.value)),
        When(look, then=Value(Level.LOOK.value)),
        default=Value(Level.GOOD.value),
        output_field=IntegerField(),
    )
    return with_facts(rows).annotate(health=level)


def _any(level: Level, *, now: datetime) -> Q:
    found = Q()
    for sign in _SIGNS:
        if sign.level is level:
            found |= sign.when(now)
    return found


def with_signs(rows: QuerySet[Workspace]) -> QuerySet[Workspace]:
    """Rows from `with_health` with the answer to each sign, for `health_of`."""
    now = timezone.now()
    answers = {f"sign_{bit}": ExpressionWrapper(sign.when(now), BooleanField()) for bit, sign in SIGNS}
    return rows.annotate(**answers)


def health_of(row: Workspace) -> Health:
    """Of a row from `with_signs`, without a question."""
    level = Level(row.health)  # type: ignore[attr-defined]  # the annotation above
    if level is Level.CLOSED:
        return Health(level)
    found = (sign for bit, sign in SIGNS if getattr(row, f"sign_{bit}"))
    return Health(level, tuple(sorted(found, key=lambda sign: -sign.level)))


@dataclass(frozen=True, slots=True)
class Counted:
    """How many workspaces share a value and a level, and the active seats they have together."""

    value: Any
    level: Level
    number: int
    seats: int


def counted(rows: QuerySet[Workspace], *, by: str) -> list[Counted]:
    """By a field and health, in one question: health is worked out once for each row."""
    found: Any = with_health(rows).order_by()
    seats = Sum("f_seats", filter=Q(f_seats__gt=0) & ~Q(health=Level.CLOSED), default=0)
    grouped = found.values_list(by, "health").annotate(number=Count("id"), seats=seats)
    return [Counted(value, Level(level), number, total) for value, level, number, total in grouped]
