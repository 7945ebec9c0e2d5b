"""The list of workspaces as it is asked for: words, state, health, order, and where the next page begins.

All of it stands in the address (asking.py reads it). A cursor holds the last row's own sort value and id and
nothing else; whose rows are seen at all is the scope's business, which every page asks again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.db.models.functions import Coalesce, Lower

from tenants.console import columns
from tenants.console.cursors import Cursor
from tenants.console.health import Level, Word, counted, with_health, with_signs
from tenants.console.rows import PAGE
from tenants.hosts.domains import named
from tenants.models import Domain, Workspace

NEWEST = "since"
EVERY = Q()
PUT_AWAY = (Workspace.State.ARCHIVED, Workspace.State.DELETED)
"""States that a list shows when they are asked for by name, or looked for by words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A column to sort by. `kind` is what its values are, `down` whether a first click begins at the top."""

    label: str
    by: Callable[[], Combinable]
    kind: type = int
    down: bool = True


def _host() -> Combinable:
    primary = Domain.objects.filter(workspace=OuterRef("pk"), kind=Domain.Kind.WORKSPACE, is_primary=True)
    return Coalesce(Subquery(primary.values("host")[:1]), Value(""), output_field=CharField())


OWN: dict[str, Order] = {
    "name": Order(label="Workspace", by=lambda: Lower("name"), kind=str, down=False),
    "health": Order(label="Health", by=lambda: F("health")),
    "seats": Order(label="Seats", by=lambda: F("f_seats")),
    "activity": Order(label="Last activity", by=lambda: F("f_seen"), kind=str),
    "storage": Order(label="Storage", by=lambda: F("f_storage")),
    "mail": Order(label="Bounced", by=lambda: F("f_bounce")),
    "state": Order(label="State", by=lambda: F("state"), kind=str, down=False),
    "address": Order(label="Address", by=_host, kind=str, down=False),
    "since": Order(label="Since", by=lambda: F("id"), kind=UUID),
}


def orders() -> dict[str, Order]:
    """Ours, and those of registered columns that say how they sort."""
    others = {
        column.key: Order(label=column.label, by=column.sort, kind=str, down=False)
        for column in columns.columns()
        if column.sort is not None
    }
    return {**others, **OWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is asked for. `wide` searches in what only operators see: schemas and resellers.

    `lively` leaves out those that were put away, unless a state, closed health or words ask for them.
    """

    words: str = ""
    state: str = ""
    health: str = ""
    order: str = NEWEST
    down: bool = True
    after: Cursor | None = None
    wide: bool = False
    lively: bool = False


def matching(scope: Q, *, words: str = "", wide: bool = False) -> QuerySet[Workspace]:
    """The workspaces of a scope in which the words occur: in name, address or owner; without words all."""
    found = Workspace.objects.filter(scope)
    if not words:
        return found
    hosts = Domain.objects.filter(named(words), kind=Domain.Kind.WORKSPACE)
    seen = Q(id__in=hosts.values("workspace_id"))
    for field in ("name", "owner_email", "owner_name", *(("schema", "reseller__name") if wide else ())):
        seen |= Q(**{f"{field}__icontains": words})
    return found.filter(seen)


def page(scope: Q, *, wanted: Wanted, size: int = PAGE, only: Q = EVERY) -> list[Workspace]:
    """One row more than `size` where others follow; each with reseller, facts, `sort_by` and its signs.

    `only` may ask the facts and health of a row.
    """
    order = orders()[wanted.order]
    rows = with_health(matching(scope, words=wanted.words, wide=wanted.wide))
    rows = rows.filter(only, _state(wanted), _health(wanted.health)).annotate(sort_by=order.by())
    if wanted.after is not None:
        past = TupleLessThan if wanted.down else TupleGreaterThan
        rows = rows.filter(past(Tuple(F("sort_by"), F("id")), (wanted.after.value, wanted.after.id)))
    sign = "-" if wanted.down else ""
    return list(
        with_signs(rows)
        .select_related("reseller", "facts")
        .order_by(f"{sign}sort_by", f"{sign}id")[: size + 1]
    )


def _state(wanted: Wanted) -> Q:
    if wanted.state:
        return Q(state=wanted.state)
    return ~Q(state__in=PUT_AWAY) if leaves_out(wanted) else Q()


def leaves_out(wanted: Wanted) -> bool:
    """Whether those that were put away stay out."""
    return wanted.lively and not (wanted.state or wanted.words or wanted.health == Word.CLOSED)


def _health(word: str) -> Q:
    return Q(health=Word(word).rank) if word else Q()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many there are in all as asked, by state within the health asked for, and by health likewise."""

    total: int
    states: dict[str, int]
    healths: dict[str, int]


def tally(scope: Q, *, wanted: Wanted) -> Tally:
    """Counts for the chips, in one question."""
    found = counted(matching(scope, words=wanted.words, wide=wanted.wide), by="state")
    rank = Word(wanted.health).rank if wanted.health else None

    def total(*, state: str = "", level: Level | None = None) -> int:
        return sum(one.number for one in found if state in {"", one.value} and level in {None, one.level})

    away = PUT_AWAY if leaves_out(wanted) else ()
    return Tally(
        total=total(state=wanted.state, level=rank) - sum(total(state=state, level=rank) for state in away),
        states={state: total(state=state, level=rank) for state in Workspace.State.values},
        healths={word.value: total(state=wanted.state, level=word.rank) for word in Word},
    )
