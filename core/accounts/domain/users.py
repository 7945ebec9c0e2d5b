"""Writing people: making them, renaming them, changing their rights, taking their access away.

Each change of rights raises the session epoch: sessions opened before it are over with their next request,
sockets within seconds (core/realtime/rights.py compares the row).
Invitations are next door in invitations.py.
"""

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from core import limits
from core.accounts.models import TeamRole, User
from core.accounts.rules import PLATFORM_ROLES, SHADOW_DOMAIN, WORKSPACE_ROLES, Role, fold_email
from tenants.audit import record
from tenants.context import current
from tenants.db.broken import broken_constraint


def create_user(
    *, email: str, name: str, role: str, password: str | None = None, team_role: TeamRole | None = None
) -> User:
    """Somebody new in this place. With a password the address counts as proven.

    Raises ValidationError for an address taken here, a role that does not belong here, or a full plan.
    """
    check_role(role, team_role=team_role)
    if fold_email(email).endswith(f"@{SHADOW_DOMAIN}"):
        raise ValidationError({"email": f"{fold_email(email)} reaches nobody. Use another address."})
    try:
        with transaction.atomic():
            _take_seat()
            secret = make_password(password)
            user = User(email=fold_email(email), name=name.strip(), role=role, password=secret)
            user.team_role = team_role
            user.save(force_insert=True)
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=bool(password))
    except IntegrityError as error:
        if "email" in broken_constraint(error):
            raise ValidationError(
                {"email": f"{fold_email(email)} already belongs to somebody here."}
            ) from error
        raise
    return user


def _take_seat() -> None:
    """Only a workspace's people are counted; operators and resellers' staff are no part of a plan."""
    if current().is_platform:
        return
    if not limits.may("seats"):
        raise ValidationError(
            "Your plan has no free seat. Take somebody’s access away, or choose a larger plan."
        )
    limits.add("seats")


def _give_seat_back() -> None:
    if not current().is_platform:
        limits.release("seats")


def check_role(role: str, *, team_role: TeamRole | None = None) -> None:
    """Raise ValidationError unless the role belongs to this kind of place; with an own one it is agent."""
    if team_role is not None and role != Role.AGENT:
        raise ValidationError({"role": "Somebody has a role of your own or a built-in one, not both."})
    allowed = PLATFORM_ROLES if current().is_platform else WORKSPACE_ROLES
    if role not in allowed:
        raise ValidationError({"role": f"There is no role “{role}” here."})


def rename(user: User, *, name: str) -> None:
    """What people call somebody; no right depends on it, so sessions stay."""
    user.name = name.strip()
    user.save(update_fields=["name"])


def change_role(user: User, role: str, *, team_role: TeamRole | None = None) -> None:
    """Give a teammate another role. Raises ValidationError when no admin would be left."""
    check_role(role, team_role=team_role)
    with transaction.atomic():
        locked = _locked(user)
        if (locked.role, locked.team_role_id) == (role, team_role and team_role.id):
            return
        if role != Role.ADMIN:
            _check_not_last_admin(locked)
        _save_and_cut(locked, role=role, team_role=team_role)
        detail = {"from": str(locked.team_role or locked.role), "to": str(team_role or role)}
        record("team.role", target=user.id, label=str(user), detail=detail)


def deactivate(user: User) -> None:
    """Take somebody's access away, an open invitation too, and free their seat; what they wrote stays.

    Again it does nothing. Raises ValidationError for the last admin.
    """
    with transaction.atomic():
        locked = _locked(user)
        if not locked.is_active:
            return
        _check_not_last_admin(locked)
        _give_seat_back()
        _save_and_cut(locked, is_active=False)
        record("team.deactivate", target=user.id, label=str(user))


def reactivate(user: User) -> None:
    """Give it back, with a seat. Again it does nothing. Raises ValidationError for a full plan."""
    with transaction.atomic():
        locked = _locked(user)
        if locked.is_active:
            return
        _take_seat()
        _save_and_cut(locked, is_active=True)
        record("team.reactivate", target=user.id, label=str(user))


def _locked(user: User) -> User:
    """The row, with all admins of the place locked in key order, so that two cannot remove each other."""
    list(User.objects.select_for_update().filter(role=Role.ADMIN).order_by("id"))
    row: User = User.objects.select_for_update().get(id=user.id)
    return row


def _check_not_last_admin(user: User) -> None:
    others = User.objects.filter(role=Role.ADMIN, is_active=True).exclude(id=user.id)
    if user.role == Role.ADMIN and not others.exists():
        raise ValidationError("Somebody has to be admin. Make another person admin first.")


def _save_and_cut(user: User, **changes: object) -> None:
    User.objects.filter(id=user.id).update(session_epoch=F("session_epoch") + 1, **changes)
