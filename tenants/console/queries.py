"""What the consoles show: resellers and workspaces as list rows, a set-up's steps, staff, figures.

A scope says whose rows a request may see (access.py); every list here takes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Count, Prefetch, Q, QuerySet

from tenants import onboarding
from tenants.console.columns import cells_of, hues_of
from tenants.context import entered, place_of
from tenants.models import Domain, Reseller, SetupStep, Staff, Workspace
from tenants.sites import origin

PAGE = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A reseller or workspace as a list shows it; `url` is absolute, `hue` in degrees."""

    row: Workspace | Reseller
    host: str
    hue: float
    cells: tuple[str, ...] = ()
    workspace_count: int = 0

    @property
    def pk(self) -> UUID:
        return self.row.id

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def url(self) -> str:
        return origin(self.host) if self.host else ""


def workspaces_matching(scope: Q, *, search: str = "") -> QuerySet[Workspace]:
    """The workspaces of a scope whose name or host holds the words; without words all of them."""
    found = Workspace.objects.filter(scope)
    if search:
        by_host = Domain.objects.filter(host__icontains=search, kind="workspace").values("workspace_id")
        found = found.filter(Q(name__icontains=search) | Q(id__in=by_host))
    return found


def workspaces(scope: Q, *, search: str = "", after: UUID | None = None, limit: int = PAGE) -> list[Listed]:
    """The newest of them as list rows, those before `after` only; ids are in order of creation."""
    found = workspaces_matching(scope, search=search)
    found = found.select_related("reseller").prefetch_related(_hosts("workspace"))
    if after:
        found = found.filter(id__lt=after)
    rows = list(found.order_by("-id")[:limit])
    hues, cells = hues_of(rows), cells_of(rows)
    return [Listed(row, _host(row), hues.get(row.id, NEUTRAL_HUE), cells[row.id]) for row in rows]


NEUTRAL_HUE = 255.0


def resellers() -> list[Listed]:
    """All resellers by name, with how many workspaces each has."""
    found = Reseller.objects.annotate(number=Count("workspaces")).prefetch_related(_hosts("reseller"))
    rows = list(found.order_by("name"))
    hues = hues_of(rows)
    return [
        Listed(row, _host(row), hues.get(row.id, NEUTRAL_HUE), workspace_count=row.number)  # type: ignore[attr-defined]  # the annotation above
        for row in rows
    ]


def _hosts(kind: str) -> "Prefetch[str]":
    return Prefetch("domains", Domain.objects.filter(is_primary=True, kind=kind), to_attr="primary")


def _host(row: Workspace | Reseller) -> str:
    primary: Sequence[Domain] = row.primary  # type: ignore[union-attr]  # from the prefetch above
    return primary[0].host if primary else ""


def staff_of_reseller(reseller_id: UUID) -> QuerySet[Staff]:
    """A reseller's staff with their users, the oldest first."""
    return Staff.objects.filter(reseller_id=reseller_id).select_related("user").order_by("created_at")


@dataclass(frozen=True, slots=True)
class Address:
    """A domain of a workspace or a console."""

    host: str
    is_primary: bool

    @property
    def url(self) -> str:
        return origin(self.host)


def addresses_of(workspace: Workspace) -> list[Address]:
    """A workspace's domains, the primary one first."""
    return _addresses(Q(workspace=workspace))


def consoles_of(reseller: Reseller) -> list[Address]:
    """The domains of a reseller's console, the primary one first."""
    return _addresses(Q(reseller=reseller, kind=Domain.Kind.RESELLER))


def _addresses(whose: Q) -> list[Address]:
    rows = Domain.objects.filter(whose).order_by("-is_primary", "host")
    return [Address(row.host, row.is_primary) for row in rows]


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of a set-up as people watching it read it; `took` in seconds, None until it is done."""

    label: str
    took: float | None
    error: str = ""

    @property
    def done(self) -> bool:
        return self.took is not None


def steps_of(workspace: Workspace) -> list[StepShown]:
    """The set-up as it stands: the claim first, then the recorded steps in order."""
    labels = {step.key: step.label for step in onboarding.steps()}
    rows = list(SetupStep.objects.filter(workspace=workspace).order_by("id"))
    claimed = _made_at(rows[0].id) if rows else None
    shown = [StepShown("Claim a spare workspace", _seconds(workspace.created_at, claimed))]
    before = claimed
    for row in rows:
        done_at = row.finished_at if row.state == SetupStep.State.DONE else None
        shown.append(StepShown(labels.get(row.key, row.key), _seconds(before, done_at), row.error))
        before = done_at or before
    return shown


def _made_at(id: UUID) -> datetime:
    """When a row was made: the first 48 bits of its id are milliseconds (RFC 9562 §5.7)."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, UTC)


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return max(0.0, (end - start).total_seconds()) if start and end else None


def counts(scope: Q) -> dict[str, int]:
    """How many workspaces of a scope stand in each state."""
    counted = Workspace.objects.filter(scope).order_by().values_list("state").annotate(Count("id"))
    return dict(counted)


def workspace_count(reseller: Reseller) -> int:
    """How many workspaces a reseller has, in whatever state."""
    return Workspace.objects.filter(reseller=reseller).count()


def open_workspace_count(reseller: Reseller) -> int:
    """How many workspaces close when their reseller is suspended: those that are not suspended themselves."""
    return Workspace.objects.filter(reseller=reseller, state=Workspace.State.ACTIVE).count()


def people_count(workspace: Workspace) -> int:
    """How many people can sign in to an open workspace; only their number leaves it."""
    with entered(place_of(workspace)):
        return get_user_model()._default_manager.filter(Q(is_active=True)).count()


def failed_steps(scope: Q) -> int:
    """How many set-up steps wait for somebody to look at them."""
    inside = Workspace.objects.filter(scope).values("id")
    return SetupStep.objects.filter(workspace_id__in=inside, state=SetupStep.State.FAILED).count()
