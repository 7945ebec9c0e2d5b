"""Support access, seen from outside: a stay is granted with a reason and a limit, entered once, and ended.

Whether one still stands is stays.py next door; what it is inside the workspace is core/accounts.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from tenants import signing
from tenants.audit import record
from tenants.console.stays import granted, standing
from tenants.context import entered, place_of, platform
from tenants.models import Reseller, SupportAccess, Workspace
from tenants.sites import url_for

SALT = "tenants.console.support"
LINK_SECONDS = 60
"""How long the link into the workspace may wait to be followed."""
TIME_UP, NO_RIGHT, CAME_AGAIN = (
    "the time was up",
    "they may not be there any more",
    "they came in again",
)
"""Why a stay is over that nobody ended."""
OPEN_STATES = (Workspace.State.ACTIVE, Workspace.State.PAST_DUE)


class NotLetIn(Exception):
    """The link is altered, too old, used, or made for elsewhere, or its person may not come in any more."""


def grant(
    workspace: Workspace, *, user_id: UUID, person: str, reseller: Reseller | None, reason: str, minutes: int
) -> SupportAccess:
    """A stay in an open workspace, `reseller` for one of its staff. Raises ValidationError."""
    if workspace.state not in OPEN_STATES or workspace.schema is None:
        raise ValidationError(f"{workspace} is not open, so nobody can enter it.")
    now = timezone.now()
    with transaction.atomic():
        access = SupportAccess.objects.create(
            workspace=workspace,
            user_id=user_id,
            reseller=reseller,
            person=person[:400],
            reason=reason,
            granted_at=now,
            expires_at=now + timedelta(minutes=minutes),
        )
        detail = {"reason": reason, "minutes": minutes, "reseller": workspace.reseller_id}
        record("workspace.enter", target=workspace.id, label=workspace.name, actor=person, detail=detail)
    return access


def link_of(access: SupportAccess) -> str:
    """The address in the workspace that opens the stay, once."""
    place = place_of(access.workspace)
    with entered(place):
        token = signing.dumps(str(access.id), salt=SALT)
    path = reverse("support:enter", args=[token], urlconf=settings.SITE_URLCONFS["workspace"])
    return url_for(path, place=place)


def consume(token: str, *, workspace_id: UUID | None) -> SupportAccess:
    """Use a link up, in the workspace it was made for; whoever is second is refused. Raises NotLetIn."""
    try:
        access_id = UUID(signing.loads(token, salt=SALT, max_age=LINK_SECONDS))
    except signing.BadSignature as error:
        raise NotLetIn from error
    now = timezone.now()
    with platform(), transaction.atomic():
        rows = SupportAccess.objects.filter(Q(workspace_id=workspace_id), id=access_id)
        _lock_with_others(rows)
        if not rows.filter(entered_at=None, ended_at=None, expires_at__gt=now).update(entered_at=now):
            raise NotLetIn
        access = rows.select_related("reseller").get()
        if not granted(access.id, workspace_id=workspace_id):
            raise NotLetIn
        _end_others(access)
    return access


def _lock_with_others(rows: QuerySet[SupportAccess]) -> None:
    """The stay and every other open one of its person here, in one order: each of two ends the other."""
    for access in rows:
        list(_of_its_person(access).filter(ended_at=None).order_by("id").select_for_update())


def _of_its_person(access: SupportAccess) -> QuerySet[SupportAccess]:
    return SupportAccess.objects.filter(
        Q(user_id=access.user_id), Q(reseller_id=access.reseller_id), workspace_id=access.workspace_id
    )


def _end_others(access: SupportAccess) -> None:
    """Nobody has two stays in one workspace: the new one ends those before. They are locked by now."""
    others = _of_its_person(access).filter(ended_at=None).exclude(id=access.id)
    for row in others.filter(entered_at__isnull=False).order_by("id"):
        _close(row.id, act="workspace.support_over", why=CAME_AGAIN)
    others.update(ended_at=timezone.now())


def leave(access_id: UUID) -> None:
    """Its person went. Again it does nothing."""
    with platform():
        _close(access_id, act="workspace.support_left")


def end(access_id: UUID, *, by: str) -> None:
    """One of the workspace's people sent its person out. Again it does nothing."""
    with platform():
        _close(access_id, act="workspace.support_ended", by=by[:400])


def close_over() -> int:
    """Close the stays whose time is up or whose right is gone, which nobody else ends; how many."""
    over = SupportAccess.objects.filter(ended_at=None, entered_at__isnull=False).exclude(standing())
    closed = 0
    for row in over.order_by("id"):
        why = TIME_UP if row.expires_at <= timezone.now() else NO_RIGHT
        closed += _close(row.id, act="workspace.support_over", why=why)
    return closed


def _close(access_id: UUID, *, act: str, by: str = "", why: str = "") -> bool:
    """The row and its line in the log, once; who left is who ended it."""
    with transaction.atomic():
        rows = SupportAccess.objects.select_for_update(of=("self",)).select_related("workspace")
        row = rows.filter(id=access_id, ended_at=None).first()
        if row is None:
            return False
        row.ended_at = min(timezone.now(), row.expires_at)
        row.ended_by = row.person if act == "workspace.support_left" else by
        row.save(update_fields=["ended_at", "ended_by"])
        detail = {"person": row.person, "lasted": f"{row.minutes} min", "why": why}
        record(act, target=row.workspace_id, label=row.workspace.name, actor=by, detail=detail)
    return True
