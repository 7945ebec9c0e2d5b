"""A support person inside a workspace: a shadow user of their own, and the stay that its people can read.

They were let in from a console (tenants/console/domain/support.py); the session of the browser is stays.py.
"""

from uuid import UUID, uuid5

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from core.accounts.acting import nobody_acting
from core.accounts.models import SupportSession, User
from core.accounts.rules import SHADOW_DOMAIN, Role
from tenants.audit import record
from tenants.console.domain.support import CAME_AGAIN, NO_RIGHT, TIME_UP
from tenants.console.stays import house_of
from tenants.models import SupportAccess


def open_stay(access: SupportAccess) -> SupportSession:
    """The shadow and their stay; one of theirs that was still open is over. No seat is taken."""
    with transaction.atomic():
        shadow = _shadow_of(access)
        User.everyone.select_for_update().get(id=shadow.id)  # of two links followed at once the second waits
        for stay in SupportSession.objects.filter(user=shadow, ended_at=None).order_by("id"):
            _close(stay, why=CAME_AGAIN)
        return SupportSession.objects.create(
            id=access.id,
            user=shadow,
            person=access.person,
            house=house_of(access),
            reason=access.reason,
            expires_at=access.expires_at,
        )


def _shadow_of(access: SupportAccess) -> User:
    """One row for each person and house, which nobody can sign in with and no mail reaches."""
    name = f"{access.person.partition(' <')[0][:60]} ({house_of(access)[:46]} support)"
    shadow: User = User.everyone.get_or_create(
        email=shadow_address(access),
        role=Role.SUPPORT,
        defaults={"name": name, "password": make_password(None)},
    )[0]
    if shadow.name != name:
        shadow.name = name
        shadow.save(update_fields=["name"])
    return shadow


def shadow_address(access: SupportAccess) -> str:
    """An address of a domain that cannot exist (RFC 2606 §2), and that nobody else can be invited with."""
    assert access.user_id is not None  # a stay without a person is never let in
    number = uuid5(access.user_id, str(access.reseller_id or ""))
    return f"support+{number.hex}@{SHADOW_DOMAIN}"


def end_stay(stay_id: UUID, *, act: str) -> bool:
    """Over for the workspace, with its line in the log; False when it was already."""
    with transaction.atomic():
        rows = SupportSession.objects.filter(id=stay_id)
        if not rows.filter(ended_at=None).update(ended_at=timezone.now()):
            return False
        stay = rows.get()
        record(act, target=stay.id, label=stay.person, detail={"house": stay.house})
    return True


def close_stay(user: User, *, stay_id: object) -> None:
    """For a stay whose right is gone: whoever reads the activity page no longer finds its person inside."""
    for stay in SupportSession.objects.filter(user=user, ended_at=None):
        if str(stay.id) == stay_id:
            _close(stay, why=TIME_UP if stay.expires_at <= timezone.now() else NO_RIGHT)


def close_over() -> None:
    """Close the stays whose time is up, in this workspace; their people asked for nothing since."""
    for stay in SupportSession.objects.filter(ended_at=None, expires_at__lte=timezone.now()):
        _close(stay, why=TIME_UP)


def _close(stay: SupportSession, *, why: str) -> None:
    """Over by itself, and so nobody's act, whoever's request it is in which that is found out."""
    with transaction.atomic():
        rows = SupportSession.objects.filter(id=stay.id, ended_at=None)
        if rows.update(ended_at=min(timezone.now(), stay.expires_at)):
            with nobody_acting():
                record("support.over", target=stay.id, label=stay.person, detail={"why": why})
