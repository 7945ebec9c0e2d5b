"""What the head of a workspace's page offers whoever looks at it: a row of buttons, on a phone one menu.

Its moves from one state of life to another have a section of their own, lifecycle.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from tenants.console.access import is_operator, may, side_of
from tenants.console.rules import ConsoleAction
from tenants.models import Workspace
from tenants.states import ANY_OPEN, may_lift

State = Workspace.State


@dataclass(frozen=True, slots=True)
class Act:
    """One of them: a sheet, a page of its own, or, with the `state` it leads to, done at once by POST."""

    label: str
    icon: str
    url: str
    in_sheet: bool = True
    state: str = ""


def acts_on(request: HttpRequest, row: Workspace) -> list[Act]:
    """What this person may do with it as it stands, in the order in which it is shown."""
    kept = list(_of_one_that_is_kept(request, row)) if row.state in ANY_OPEN else []
    if may(request, ConsoleAction.SUSPEND_WORKSPACES):
        kept += _suspending(request, row)
    return kept


def may_take_over(request: HttpRequest, row: Workspace) -> bool:
    """Whether an operator may make a reseller's suspension the platform's."""
    return is_operator(request) and row.suspender == Workspace.Side.RESELLER


def _of_one_that_is_kept(request: HttpRequest, row: Workspace) -> Iterator[Act]:
    if may(request, ConsoleAction.ENTER_WORKSPACES) and row.state in {State.ACTIVE, State.PAST_DUE}:
        yield Act("Enter for support", "life-buoy", reverse("console:workspace_enter", args=[row.id]))
    if may(request, ConsoleAction.MOVE_WORKSPACES):
        yield Act("Rename", "pencil", reverse("console:workspace_rename", args=[row.id]))
        if is_operator(request):
            yield Act("Move", "building-2", reverse("console:workspace_move", args=[row.id]))
    if may(request, ConsoleAction.EDIT_BRAND):
        yield Act("Brand", "palette", reverse("branding:workspace", args=[row.id]), in_sheet=False)


def _suspending(request: HttpRequest, row: Workspace) -> Iterator[Act]:
    url = reverse("console:workspace_suspend", args=[row.id])
    if may_take_over(request, row):
        yield Act("Suspend for the platform", "ban", url)
    if row.suspender and may_lift(row, by=side_of(request)):
        back = reverse("console:workspace_state", args=[row.id])
        yield Act("Reactivate", "rotate-ccw", back, in_sheet=False, state=State.ACTIVE)
    elif row.is_open:
        yield Act("Suspend", "ban", url)
