"""What the consoles show: resellers and workspaces as list rows, staff, figures.

A scope says whose rows a request may see (access.py); every list here takes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet, prefetch_related_objects

from tenants.console import listing
from tenants.console.columns import cells_of, hues_of
from tenants.console.cursors import Cursor
from tenants.console.facts import Facts, facts_of
from tenants.console.health import Health, Level, counted, health_of
from tenants.console.listing import Wanted
from tenants.console.rows import NEUTRAL_HUE, PAGE, Row, host_of, hosts
from tenants.context import entered, place_of
from tenants.hosts.lookalikes import readable
from tenants.models import Domain, Reseller, Staff, Workspace
from tenants.sites import origin

DEFAULT = Wanted()


@dataclass(frozen=True, slots=True)
class Listed(Row[Workspace]):
    """A workspace as a list shows it."""

    facts: Facts
    health: Health
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in the order asked for, and the cursor of those that follow ("" at the end)."""

    rows: list[Listed]
    next_cursor: str


def workspaces(scope: Q, wanted: Wanted = DEFAULT, *, size: int = PAGE) -> Page:
    """The workspaces of a scope as list rows; the same few questions for one and for fifty."""
    found = listing.page(scope, wanted=wanted, size=size)
    rows = found[:size]
    last = str(Cursor(rows[-1].sort_by, rows[-1].id)) if len(found) > size else ""  # type: ignore[attr-defined]  # an annotation
    return Page(listed(rows), last)


def needing_attention(scope: Q, *, size: int = 8) -> list[Listed]:
    """Those whose health is not good, the worst first."""
    rows = listing.page(scope, wanted=Wanted(order="health"), size=size, only=Q(health__gt=Level.GOOD))
    return listed(rows[:size])


def listed(rows: Sequence[Workspace]) -> list[Listed]:
    """Rows from listing.page as lists show them."""
    prefetch_related_objects(list(rows), hosts("workspace"))
    hues, cells = hues_of(rows), cells_of(rows)
    return [
        Listed(row, host_of(row), hues.get(row.id, NEUTRAL_HUE), facts_of(row), health_of(row), cells[row.id])
        for row in rows
    ]


def looked_at(row: Workspace) -> Listed:
    """One workspace with its facts and health, found by access.py before."""
    return listed(listing.page(Q(id=row.id), wanted=DEFAULT, size=1))[0]


def staff_of_reseller(reseller_id: UUID) -> QuerySet[Staff]:
    """A reseller's staff with their users, the oldest first."""
    return Staff.objects.filter(reseller_id=reseller_id).select_related("user").order_by("created_at")


@dataclass(frozen=True, slots=True)
class Address:
    """A domain of a workspace or a console."""

    pk: UUID
    host: str
    is_primary: bool

    @property
    def url(self) -> str:
        return origin(self.host)

    @property
    def readable(self) -> str:
        """An IDN as people read it; "" where that is what the host says itself."""
        words = readable(self.host)
        return "" if words == self.host else words


def addresses_of(workspace: Workspace) -> list[Address]:
    """A workspace's domains, the primary one first."""
    return _addresses(Q(workspace=workspace))


def consoles_of(reseller: Reseller) -> list[Address]:
    """The domains of a reseller's console, the primary one first."""
    return _addresses(Q(reseller=reseller, kind=Domain.Kind.RESELLER))


def _addresses(whose: Q) -> list[Address]:
    rows = Domain.objects.filter(whose).order_by("-is_primary", "host")
    return [Address(row.id, row.host, row.is_primary) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A scope in figures; seats are those of open workspaces, as far as they were counted."""

    total: int
    suspended: int
    building: int
    seats: int
    trouble: int
    look: int


def overview(scope: Q) -> Overview:
    """One question, however many workspaces there are."""
    state, found = Workspace.State, counted(Workspace.objects.filter(scope), by="state")
    return Overview(
        total=sum(one.number for one in found),
        suspended=sum(one.number for one in found if one.value == state.SUSPENDED),
        building=sum(one.number for one in found if one.value == state.BUILDING),
        seats=sum(one.seats for one in found),
        trouble=sum(one.number for one in found if one.level is Level.TROUBLE),
        look=sum(one.number for one in found if one.level is Level.LOOK),
    )


def open_workspace_count(reseller: Reseller) -> int:
    """How many workspaces close when their reseller is suspended: those that are not suspended themselves."""
    return Workspace.objects.filter(reseller=reseller, state__in=Workspace.OPEN).count()


def people_count(workspace: Workspace) -> int:
    """How many people can sign in to an open workspace; only their number leaves it."""
    with entered(place_of(workspace)):
        return get_user_model()._default_manager.filter(Q(is_active=True)).count()
