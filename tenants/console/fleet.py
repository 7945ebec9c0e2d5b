"""What operators see of the fleet: versions, runs, what could not be migrated, which set-ups failed.

The migrating itself is tenants/schema/fleet/; here is only what it has written down.
"""

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, Max, Model, Q, QuerySet

from tenants import onboarding
from tenants.console.cursors import Cursor
from tenants.console.rows import PAGE
from tenants.console.standing import Standing, lasted, standing
from tenants.models import DataRun, FleetFault, FleetRun, SetupStep, SpareSchema, Workspace
from tenants.schema.fleet.lock import is_held
from tenants.schema.template import migrations_version

RUNS = 8
NO_ID = UUID(int=0)
"""In cursors of rows whose sort value is unique by itself."""

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version, how many workspaces and spares are at it, and whether it is this release's."""

    name: str
    workspaces: int
    spares: int
    is_current: bool


def versions() -> list[Version]:
    """This release's first, then the rest by how many are at it; one question for each kind of schema."""
    current = migrations_version()
    rows = Workspace.objects.filter(schema__isnull=False).order_by()
    workspaces = dict(rows.values_list("migrated_to").annotate(Count("id")))
    spares = dict(SpareSchema.objects.exclude(version="").values_list("version").annotate(Count("schema")))
    names = sorted(
        {current, *workspaces, *spares}, key=lambda name: (name != current, -workspaces.get(name, 0))
    )
    return [
        Version(
            name=name,
            workspaces=workspaces.get(name, 0),
            spares=spares.get(name, 0),
            is_current=name == current,
        )
        for name in names
    ]


PHASES = {
    "template": "the template for new workspaces",
    "canary": "the workspace that is tried first",
    "warm pool": "the spare workspaces",
    "workspaces": "all workspaces",
}
"""What a run is at, by the name that tenants/schema/fleet/run.py gives it."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run with how far it is, in per cent, and whether it still goes on; `is_held` by a process."""

    row: FleetRun
    is_held: bool = False

    @property
    def share(self) -> int:
        return 100 * self.row.done // self.row.total if self.row.total else 0

    @property
    def says(self) -> str:
        """What it does or did."""
        at = PHASES.get(self.row.phase, "the platform itself")
        if self.is_running:
            return f"Updating {at}"
        if self.is_killed or self.row.state == FleetRun.State.STOPPED:
            return f"Stopped at {at}"
        return "Updated what was behind" if self.row.total else "Only the template was behind"

    @property
    def took(self) -> str:
        """How long, once it has ended."""
        return lasted(self.row.finished_at - self.row.started_at) if self.row.finished_at else ""

    @property
    def shows_bar(self) -> bool:
        """Whether there is a share to watch; how far an ended run came is said in words."""
        return self.is_running and self.row.total > 0

    @property
    def is_running(self) -> bool:
        return self.row.state == FleetRun.State.RUNNING and self.is_held

    @property
    def is_killed(self) -> bool:
        """Its process ended before it could say so; the next run goes on with it, and puts that right."""
        return self.row.state == FleetRun.State.RUNNING and not self.is_held

    @property
    def word(self) -> str:
        return str(FleetRun.State.STOPPED.label if self.is_killed else self.row.get_state_display())

    @property
    def level(self) -> str:
        if self.is_running:
            return "info"
        return "success" if self.row.state == FleetRun.State.DONE and not self.row.failed else "warning"


def standing_of(found: list[Version], *, faults: int, steps: int, is_running: bool) -> Standing:
    """In words, from what the page has asked for already."""
    return standing(
        workspaces=sum(one.workspaces for one in found),
        behind=sum(one.workspaces for one in found if not one.is_current),
        faults=faults,
        steps=steps,
        is_running=is_running,
    )


def runs() -> list[Run]:
    """The newest first; the lock of runs is looked at only when one of them is said to go on."""
    rows = list(FleetRun.objects.order_by("-started_at", "-id")[:RUNS])
    held = any(row.state == FleetRun.State.RUNNING for row in rows) and is_held()
    return [Run(row, held) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """One data migration that is not done everywhere."""

    key: str
    waiting: int
    failed: int
    done: int
    error: str

    @property
    def share(self) -> int:
        return 100 * self.done // (self.done + self.waiting + self.failed)


def moving() -> list[Moving]:
    """Data migrations that some workspace still waits for or failed at, by key; the latest error of each."""
    state = DataRun.State
    open_keys = DataRun.objects.exclude(state=state.DONE).values("key")
    found: Any = (
        DataRun.objects.filter(key__in=open_keys)
        .values("key")
        .annotate(
            waiting=Count("id", filter=Q(state=state.WAITING)),
            failed=Count("id", filter=Q(state=state.FAILED)),
            done=Count("id", filter=Q(state=state.DONE)),
            error=Max("error", filter=Q(state=state.FAILED), default=""),
        )
        .order_by("key")
    )
    return [Moving(**row) for row in found]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, those of the newest workspaces first, and the cursor of those that follow."""

    rows: list[Any]
    next_cursor: str


def faults_matching(words: str = "") -> QuerySet[FleetFault]:
    """What could not be migrated, found by workspace, schema, migration or what Postgres said."""
    rows = FleetFault.objects.all()
    if not words:
        return rows
    return rows.filter(
        Q(workspace__name__icontains=words)
        | Q(workspace__reseller__name__icontains=words)
        | Q(schema__icontains=words)
        | Q(migration__icontains=words)
        | Q(error__icontains=words)
    )


def faults(*, words: str = "", after: Cursor | None = None, size: int = PAGE) -> Page:
    rows = faults_matching(words).select_related("workspace__reseller")
    return _page(rows, by="schema", after=after, size=size)


def failed_steps_matching(words: str = "") -> QuerySet[SetupStep]:
    """Set-up steps that failed, found by workspace, reseller, step or error."""
    rows = SetupStep.objects.filter(state=SetupStep.State.FAILED)
    if not words:
        return rows
    return rows.filter(
        Q(workspace__name__icontains=words)
        | Q(workspace__reseller__name__icontains=words)
        | Q(key__icontains=words)
        | Q(error__icontains=words)
    )


def failed_steps(*, words: str = "", after: Cursor | None = None, size: int = PAGE) -> Page:
    rows = failed_steps_matching(words).select_related("workspace__reseller")
    found = _page(rows, by="id", after=after, size=size)
    labels = onboarding.labels()
    for row in found.rows:
        row.label = labels.get(row.key, row.key)
    return found


def _page(rows: QuerySet[M], *, by: str, after: Cursor | None, size: int) -> Page:
    """The last first, by a unique column."""
    if after is not None:
        rows = rows.filter(**{f"{by}__lt": after.value})
    found = list(rows.order_by(f"-{by}")[: size + 1])
    last = ""
    if len(found) > size:
        value = getattr(found[size - 1], by)
        last = str(Cursor(value, NO_ID))
    return Page(found[:size], last)
