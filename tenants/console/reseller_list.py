"""The operators' list of resellers: searched, by state, with what their workspaces come to.

One page asks the same few questions however many resellers there are; the workspaces' own list is listing.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.db.models.functions import Lower

from tenants.console.columns import hues_of
from tenants.console.cursors import Cursor
from tenants.console.health import Level, counted
from tenants.console.rows import NEUTRAL_HUE, PAGE, Row, host_of, hosts
from tenants.hosts.domains import named
from tenants.models import Domain, Reseller, Staff, State, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What a reseller's workspaces come to."""

    number: int = 0
    seats: int = 0
    trouble: int = 0
    look: int = 0

    @property
    def level(self) -> Level:
        if self.trouble:
            return Level.TROUBLE
        return Level.LOOK if self.look else Level.GOOD

    @property
    def word(self) -> str:
        return str(self.level.label)


@dataclass(frozen=True, slots=True)
class ListedReseller(Row[Reseller]):
    """A reseller as a list shows it; its address is its console's."""

    sums: Sums


@dataclass(frozen=True, slots=True)
class ResellerPage:
    """Some resellers by name, and the cursor of those that follow ("" at the end)."""

    rows: list[ListedReseller]
    next_cursor: str


def resellers_matching(*, words: str = "", state: str = "") -> QuerySet[Reseller]:
    """Those in whose name, short name, console or staff's addresses the words occur."""
    found = Reseller.objects.all()
    if words:
        consoles = Domain.objects.filter(named(words), kind=Domain.Kind.RESELLER)
        people = Staff.objects.filter(user__email__icontains=words)
        found = found.filter(
            Q(name__icontains=words)
            | Q(slug__icontains=words)
            | Q(id__in=consoles.values("reseller_id"))
            | Q(id__in=people.values("reseller_id"))
        )
    return found.filter(state=state) if state in State.values else found


def resellers(
    *, words: str = "", state: str = "", after: Cursor | None = None, size: int = PAGE
) -> ResellerPage:
    """A page of them by name."""
    found = resellers_matching(words=words, state=state).annotate(sort_by=Lower("name"))
    if after is not None:
        found = found.filter(TupleGreaterThan(Tuple(F("sort_by"), F("id")), (after.value, after.id)))
    found = found.prefetch_related(hosts(Domain.Kind.RESELLER)).order_by("sort_by", "id")
    rows = list(found[: size + 1])
    last = str(Cursor(rows[size - 1].sort_by, rows[size - 1].id)) if len(rows) > size else ""
    return ResellerPage(_listed(rows[:size]), last)


def _listed(rows: Sequence[Reseller]) -> list[ListedReseller]:
    hues, sums = hues_of(rows), sums_by_reseller([row.id for row in rows])
    return [
        ListedReseller(row, host_of(row), hues.get(row.id, NEUTRAL_HUE), sums.get(row.id, Sums()))
        for row in rows
    ]


def sums_by_reseller(ids: Sequence[UUID]) -> dict[UUID, Sums]:
    """One question for all of them; a reseller without workspaces is not in it."""
    found: dict[UUID, Sums] = {}
    for one in counted(Workspace.objects.filter(reseller_id__in=ids), by="reseller_id"):
        before = found.get(one.value, Sums())
        found[one.value] = Sums(
            number=before.number + one.number,
            seats=before.seats + one.seats,
            trouble=before.trouble + one.number * (one.level is Level.TROUBLE),
            look=before.look + one.number * (one.level is Level.LOOK),
        )
    return found


def sums_of(reseller_id: UUID) -> Sums:
    """Of one reseller."""
    return sums_by_reseller([reseller_id]).get(reseller_id, Sums())


def states() -> dict[str, int]:
    """How many resellers stand in each state."""
    return dict(Reseller.objects.order_by().values_list("state").annotate(Count("id")))
