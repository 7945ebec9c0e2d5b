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
        return rows.filter(_still_entitled(), expires_at__gt=timezone.now(), user__is_active=True).exists()


def _still_entitled() -> Q:
    """An operator, or on the staff of the reseller whose client it is, in a role that may enter."""
    staff = Staff.objects.accepted().filter(
        user_id=OuterRef("user_id"), reseller_id=OuterRef("reseller_id"), role__in=_ROLES
    )
    own_client = Q(reseller_id=F("workspace__reseller_id"), reseller__state=State.ACTIVE)
    return Q(reseller=None, user__role="operator") | (own_client & Q(Exists(staff)))


def house_of(access: SupportAccess) -> str:
    """Whom the person works for, as the client's people read it."""
    return access.reseller.name if access.reseller else OPERATORS_HOUSE


def newest(workspace: Workspace, *, limit: int = 5) -> list[SupportAccess]:
    """The last stays that were entered, the newest first."""
    rows = SupportAccess.objects.filter(workspace=workspace, entered_at__isnull=False)
    return list(rows.select_related("reseller").order_by("-granted_at")[:limit])


def way_back(access_id: UUID) -> str:
    """The workspace's page in the console that a stay came from; "" when that console is gone."""
    with shared_facts() as alias:
        access = SupportAccess.objects.using(alias).filter(id=access_id).first()
        if access is None:
            return ""
        kind = Domain.Kind.RESELLER if access.reseller_id else Domain.Kind.PLATFORM
        rows = Domain.objects.using(alias).filter(Q(reseller_id=access.reseller_id), kind=kind)
        domain = rows.filter(is_primary=True).first()
    if domain is None:
        return ""
    path = reverse(
        "console:workspace", args=[access.workspace_id], urlconf=settings.SITE_URLCONFS[domain.kind]
    )
    return origin(domain.host) + path
