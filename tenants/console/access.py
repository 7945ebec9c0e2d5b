"""The guards of the consoles, and the only way from an id in an address to a row.

An operator is known by the role of their user, reseller staff by their row for the reseller whose console it
is. Another reseller's id is a 404, as if it did not exist.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tenants.access import View, guarded
from tenants.console.rules import ConsoleAction, staff_may
from tenants.console.stays import is_inside
from tenants.middleware import site_for
from tenants.models import (
    Domain,
    Reseller,
    SetupStep,
    Staff,
    StarterTemplate,
    Workspace,
    WorkspaceImport,
)
from tenants.states import may_export

_STAFF = "_marque_staff"


def is_operator(request: HttpRequest) -> bool:
    """Whether an operator is at their own console."""
    return (
        site_for(request).kind == Domain.Kind.PLATFORM
        and request.user.is_authenticated
        and getattr(request.user, "role", "") == "operator"
    )


def staff_of(request: HttpRequest) -> Staff | None:
    """The row that makes the signed-in person staff of this console's reseller; asked once per request."""
    site = site_for(request)
    if site.kind != Domain.Kind.RESELLER or not site.reseller_id or not request.user.is_authenticated:
        return None
    if _STAFF not in request.__dict__:
        rows = Staff.objects.accepted().filter(user_id=request.user.pk, reseller_id=site.reseller_id)
        request.__dict__[_STAFF] = rows.first()
    found: Staff | None = request.__dict__[_STAFF]
    return found


def side_of(request: HttpRequest) -> Workspace.Side:
    """For whom somebody acts who may act at all: at their own console operators, elsewhere a reseller's."""
    return Workspace.Side.PLATFORM if is_operator(request) else Workspace.Side.RESELLER


def may(request: HttpRequest, action: str) -> bool:
    """Whether this request may perform a console's action; also for navigation and templates."""
    if is_operator(request):
        return any(action == known for known in OPERATORS_MAY)
    staff = staff_of(request)
    return staff is not None and staff_may(staff.role, action)


OPERATORS_MAY = frozenset(
    {
        ConsoleAction.SEE_WORKSPACES,
        ConsoleAction.SUSPEND_WORKSPACES,
        ConsoleAction.MARK_PAYMENTS,
        ConsoleAction.ARCHIVE_WORKSPACES,
        ConsoleAction.EXPORT_WORKSPACES,
        ConsoleAction.MOVE_WORKSPACES,
        ConsoleAction.ENTER_WORKSPACES,
        ConsoleAction.SEE_LOG,
    }
)
"""Of the acts on a reseller's clients; what is the reseller's own business stays theirs."""


def operator(view: View) -> View:
    """For operators, on the platform's host."""
    return guarded(view, allows=is_operator, rule="operator")


def console(action: str) -> Callable[[View], View]:
    """For operators and for staff of this console's reseller, where the tables list the action for them."""
    return _decorator(action, rule="console", allows=may)


def reseller_staff(action: str) -> Callable[[View], View]:
    """For staff of this console's reseller whose role is listed for the action."""
    return _decorator(
        action, rule="reseller_staff", allows=lambda r, a: staff_of(r) is not None and may(r, a)
    )


def _decorator(
    action: str, *, rule: str, allows: Callable[[HttpRequest, str], bool]
) -> Callable[[View], View]:
    wanted = ConsoleAction(action)
    return lambda view: guarded(view, allows=lambda request: allows(request, wanted), rule=f"{rule} {wanted}")


def scope(request: HttpRequest) -> Q:
    """Whose rows a console is about: an operator's all, a reseller's own. Raises PermissionDenied."""
    if is_operator(request):
        return Q()
    if staff_of(request) is None:
        raise PermissionDenied
    return Q(reseller_id__in=Reseller.objects.under(site_for(request).reseller_id).values("id"))


def access_own_reseller(request: HttpRequest) -> Reseller:
    """The reseller whose console this is; 404 on the operators'."""
    return get_object_or_404(Reseller, id=site_for(request).reseller_id)


def access_reseller(request: HttpRequest, reseller_id: UUID) -> Reseller:
    """Any reseller, for operators. Raises PermissionDenied for everybody else."""
    if not is_operator(request):
        raise PermissionDenied
    return get_object_or_404(Reseller, id=reseller_id)


def access_staff(request: HttpRequest, staff_id: UUID) -> Staff:
    """Somebody of the staff in this console's scope, with their user; any other is a 404."""
    return get_object_or_404(Staff.objects.select_related("user").filter(scope(request)), id=staff_id)


def access_failed_step(request: HttpRequest, step_id: UUID) -> SetupStep:
    """A set-up's step that failed, with its workspace, for operators; one that did not is a 404."""
    if not is_operator(request):
        raise PermissionDenied
    failed = SetupStep.objects.filter(state=SetupStep.State.FAILED).select_related("workspace")
    return get_object_or_404(failed, id=step_id)


def access_starter(request: HttpRequest, starter_id: UUID, *, own: bool = False) -> StarterTemplate:
    """A template this reseller may begin with, or with `own` one it may change; any other is a 404."""
    reseller = access_own_reseller(request)
    offered = Q(reseller=reseller) if own else Q(reseller=reseller) | Q(reseller=None)
    return get_object_or_404(StarterTemplate, offered, id=starter_id)


def access_workspace(request: HttpRequest, workspace_id: UUID) -> Workspace:
    """A workspace in this console's scope; any other is a 404."""
    return get_object_or_404(
        Workspace.objects.select_related("reseller").filter(scope(request)), id=workspace_id
    )


def access_exportable(request: HttpRequest, workspace_id: UUID) -> Workspace:
    """The same for taking its data along, which nobody does who is inside to help. Raises PermissionDenied.

    Inside, exports are closed to support people; a second tab with the console must not open them. What the
    platform suspended a reseller does not take along.
    """
    row = access_workspace(request, workspace_id)
    if is_inside(request.user.pk, row) or not may_export(row, by=side_of(request)):
        raise PermissionDenied
    return row


def access_import(request: HttpRequest, import_id: UUID) -> WorkspaceImport:
    """A file that was brought to this very console; any other is a 404."""
    rows = WorkspaceImport.objects.select_related("reseller").filter(reseller=access_own_reseller(request))
    return get_object_or_404(rows, id=import_id)


def person_at(request: HttpRequest) -> str:
    """Name and address of whoever acts, for the time when the user is gone."""
    user: Any = request.user
    return f"{user} <{user.email}>"


def access_domain(request: HttpRequest, workspace_id: UUID, domain_id: UUID) -> Domain:
    """A domain of a workspace in this console's scope; any other is a 404."""
    rows = Domain.objects.filter(scope(request), kind=Domain.Kind.WORKSPACE, workspace_id=workspace_id)
    return get_object_or_404(rows, id=domain_id)
