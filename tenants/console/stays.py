"""Reads about support access: the newest stays of a workspace, and whether one still stands.

Granting, entering and ending are domain/support.py.
"""

from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from tenants.console.rules import STAFF_MAY, ConsoleAction
from tenants.db.shared import shared_facts
from tenants.models import Domain, Staff, State, SupportAccess, Workspace
from tenants.sites import origin

OPERATORS_HOUSE = "Platform"
"""What an operator's house is called inside a workspace, whose people know the platform by no other name."""

_ROLES = [role for role, may in STAFF_MAY.items() if ConsoleAction.ENTER_WORKSPACES in may]


def granted(access_id: UUID, *, workspace_id: UUID | None) -> bool:
    """Whether a stay still stands: not over, and its person still is who they were when it was granted.

    Asked with every request, of the platform, and so from inside a workspace's transaction too.
    """
    with shared_facts() as alias:
        rows = SupportAccess.objects.using(alias).filter(
            Q(workspace_id=workspace_id), id=access_id, ended_at=None, entered_at__isnull=False
        )
        return rows.filter(standing()).exists()


def standing() -> Q:
    """Stays that are not over by themselves: their time is not up, and their person may still be there."""
    return Q(_still_entitled(), expires_at__gt=timezone.now(), user__is_active=True)


def _still_entitled() -> Q:
    """An operator, or on the staff of the reseller whose client it is, in a role that may enter."""
    staff = Staff.objects.accepted().filter(
        user_id=OuterRef("user_id"), reseller_id=OuterRef("reseller_id"), role__in=_ROLES
    )
    own_client = Q(reseller_id=F("workspace__reseller_id"), reseller__state=State.ACTIVE)
    return Q(reseller=None, user__role="operator") | (own_client & Q(Exists(staff)))


def is_inside(user_id: object, workspace: Workspace) -> bool:
    """Whether somebody is in this workspace for support now."""
    rows = SupportAccess.objects.filter(Q(user_id=user_id), workspace=workspace, ended_at=None)
    return rows.filter(standing(), entered_at__isnull=False).exists()


def house_of(access: SupportAccess) -> str:
    """Whom the person works for, as the client's people read it."""
    return access.reseller.name if access.reseller else OPERATORS_HOUSE


def newest(workspace: Workspace, *, limit: int = 5) -> list[SupportAccess]:
    """The last stays that were entered, the newest first."""
    rows = SupportAccess.objects.filter(workspace=workspace, entered_at__isnull=False)
    return list(rows.select_related("reseller").order_by("-granted_at")[:limit])


def found(access_id: UUID) -> SupportAccess | None:
    """A stay as the platform knows it; for inside a workspace too, which has one of the same id."""
    with shared_facts() as alias:
        row: SupportAccess | None = SupportAccess.objects.using(alias).filter(id=access_id).first()
    return row


def way_back(access: SupportAccess | None, *, left: bool = False) -> str:
    """The workspace's page in the console that a stay came from; "" when that console is gone.

    For somebody who has just `left` it is told there.
    """
    if access is None:
        return ""
    with shared_facts() as alias:
        kind = Domain.Kind.RESELLER if access.reseller_id else Domain.Kind.PLATFORM
        rows = Domain.objects.using(alias).filter(Q(reseller_id=access.reseller_id), kind=kind)
        domain = rows.filter(is_primary=True).first()
    if domain is None:
        return ""
    name, args = "console:workspace", [access.workspace_id]
    if left:
        name, args = "console:workspace_left", [access.workspace_id, access.id]
    return origin(domain.host) + reverse(name, args=args, urlconf=settings.SITE_URLCONFS[domain.kind])
