"""The row of figures on a console's first page."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from tenants.console import queries
from tenants.console.access import is_operator, scope
from tenants.due import overdue_count
from tenants.models import Reseller, Staff
from tenants.schema import pool


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
    note = "A worker or the scheduler may be down." if late else "more than a minute late"
    overdue = Figure("Overdue", late, note)
    return [*(source() for source in _panels), Panel("Background work", [overdue])]


def figures_for(request: HttpRequest) -> list[Figure]:
    """What this console's person should see first."""
    whose = scope(request)
    found = queries.overview(whose)
    seats = Figure("Active seats", found.seats, _a_workspace(found))
    figures = [_workspaces(found), _attention(found), seats]
    if is_operator(request):
        resellers = Figure("Resellers", Reseller.objects.count(), "", reverse("console:resellers"))
        return [resellers, *figures, _spares()]
    staff = Staff.objects.accepted().filter(whose).count()
    return [*figures, Figure("Staff", staff, "", reverse("console:staff"))]


def _spares() -> Figure:
    ready = pool.pool()
    note = "ready for new clients" if ready.word == "Good" else f"{ready.word.lower()}, {ready.wanted} wanted"
    return Figure("Spare workspaces", ready.ready, note, reverse("console:system"))


def _workspaces(found: queries.Overview) -> Figure:
    parts = ((found.suspended, "suspended"), (found.building, "being set up"))
    note = ", ".join(f"{number} {word}" for number, word in parts if number)
    return Figure("Workspaces", found.total, note, reverse("console:workspaces"))


def _attention(found: queries.Overview) -> Figure:
    """How many somebody should look at; opens the list with the worst first."""
    number = found.trouble + found.look
    well = "all is well" if found.total and not number else ""
    note = f"{found.trouble} in trouble" if found.trouble else well
    return Figure("Need attention", number, note, reverse("console:workspaces") + "?sort=-health")


def _a_workspace(found: queries.Overview) -> str:
    """The average, where it says anything."""
    open_now = found.total - found.suspended - found.building
    return f"{found.seats / open_now:.1f} a workspace" if found.seats and open_now else ""
