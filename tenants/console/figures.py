"""The row of figures on a console's first page."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from tenants.console import queries
from tenants.console.access import is_operator, scope
from tenants.due import overdue_count
from tenants.models import Reseller, Staff, Workspace
from tenants.schema import stock


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; `url` is where it is opened, or empty."""

    label: str
    value: int
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """Figures about one part of the ground, and a line for what went wrong there last."""

    title: str
    figures: list[Figure]
    trouble: str = ""


_panels: list[Callable[[], Panel]] = []


def register_panel(source: Callable[[], Panel]) -> None:
    """Show a part of the ground on the operators' page about the system; asked on the platform."""
    if source not in _panels:
        _panels.append(source)


def panels() -> list[Panel]:
    """The parts that stand above first, then our own: work that is due and was not begun."""
    late = overdue_count()
    note = "A worker or the scheduler may be down." if late else "hints of work due more than a minute ago"
    overdue = Figure("Overdue", late, note)
    return [*(source() for source in _panels), Panel("Background work", [overdue])]


def figures_for(request: HttpRequest) -> list[Figure]:
    """What this console's person should see first."""
    whose = scope(request)
    figures = _workspaces(whose)
    if is_operator(request):
        resellers = Figure("Resellers", Reseller.objects.count(), "", reverse("console:resellers"))
        spares = Figure("Spare workspaces", stock.level(), "ready for new clients", reverse("console:system"))
        return [resellers, *figures, spares]
    staff = Staff.objects.accepted().filter(whose).count()
    return [*figures, Figure("Staff", staff, "", reverse("console:staff"))]


def _workspaces(whose: Q) -> list[Figure]:
    counts = queries.counts(whose)
    suspended = counts.get(Workspace.State.SUSPENDED, 0)
    building, failed = counts.get(Workspace.State.BUILDING, 0), queries.failed_steps(whose)
    found = [
        Figure(
            "Workspaces",
            sum(counts.values()),
            f"{suspended} suspended" if suspended else "",
            reverse("console:workspaces"),
        )
    ]
    if building or failed:
        found.append(Figure("Being set up", building, f"{failed} steps failed" if failed else ""))
    return found
