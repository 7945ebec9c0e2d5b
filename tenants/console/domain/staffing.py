"""Staff of a reseller: invited, invited again or elsewhere, given a role, taken off.

A row gives no right until its person accepts it. The person is a user in `public`, whom only accounts can
make and invite. Accounts stands above, so it registers how; deploy/wiring.py connects the two.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tenants.audit import record
from tenants.db.broken import broken_constraint
from tenants.models import Reseller, Staff
from tenants.sites import Site


class FindPerson(Protocol):
    """The user with this address, made if there is none. Raises ValidationError."""

    def __call__(self, *, email: str, name: str) -> Any: ...


class Invite(Protocol):
    """A mail with the link that accepts the row. Raises ValidationError when it was one too many."""

    def __call__(self, staff: Staff, *, site: Site, invited_by: str) -> None: ...


class Troubles(Protocol):
    """Why the last invitation of each row, whose user is loaded, did not arrive; others are left out."""

    def __call__(self, rows: Iterable[Staff]) -> dict[UUID, str]: ...


@dataclass(frozen=True, slots=True)
class _People:
    find: FindPerson
    invite: Invite
    troubles: Troubles


_people: list[_People] = []


def register_people(*, find: FindPerson, invite: Invite, troubles: Troubles) -> None:
    """Say how a staff member's user is made and invited, and how that fares; the last ones count."""
    _people[:] = [_People(find, invite, troubles)]


def with_troubles(rows: Iterable[Staff]) -> list[Staff]:
    """The rows with their `trouble`; one more question where somebody has not come in yet."""
    staff = list(rows)
    waiting = [one for one in staff if one.accepted_at is None]
    found = _people[0].troubles(waiting) if waiting else {}
    for one in staff:
        one.trouble = found.get(one.id, "")
    return staff


def add_staff(reseller: Reseller, *, site: Site, email: str, name: str, role: str, invited_by: str) -> Staff:
    """Invite somebody to the reseller whose console is `site`. Raises ValidationError.

    What is done is the same whether or not the address has an account, so that nobody learns who has one.
    """
    try:
        with transaction.atomic():
            user = _people[0].find(email=email, name=name)
            staff = Staff.objects.create(user=user, reseller=reseller, role=role, invited_name=name.strip())
            _people[0].invite(staff, site=site, invited_by=invited_by)
            _record("staff.invite", staff, email=email)
    except IntegrityError as error:
        raise _taken(error, email=email) from error
    return staff


def invite_again(staff: Staff, *, site: Site, invited_by: str) -> None:
    """The invitation once more. Raises ValidationError for somebody without an open one."""
    if staff.accepted_at is not None:
        raise ValidationError(f"{staff.user} has no open invitation.")
    with transaction.atomic():
        _people[0].invite(staff, site=site, invited_by=invited_by)
        _record("staff.invite_again", staff, email=staff.user.email)


def correct_invitation(staff: Staff, *, site: Site, email: str, name: str, invited_by: str) -> Staff:
    """Another address for somebody who has not come in, with a new invitation; the link to the old one dies.

    Raises ValidationError. What is done is the same whether or not the address has an account.
    """
    try:
        with transaction.atomic():
            rows = Staff.objects.pending().select_for_update(of=("self",)).select_related("user", "reseller")
            row = rows.filter(id=staff.id).first()
            if row is None:
                raise ValidationError(
                    f"{staff.user} has come in already, and looks after their address alone."
                )
            before, row.user = row.user.email, _people[0].find(email=email, name=name)
            row.invited_name = name.strip()
            row.save(update_fields=["user", "invited_name"])
            _people[0].invite(row, site=site, invited_by=invited_by)
            detail = {"reseller": row.reseller_id, "role": row.role, "from": before, "to": row.user.email}
            record("staff.correct", target=row.id, label=row.user.email, detail=detail)
    except IntegrityError as error:
        raise _taken(error, email=email) from error
    return row


def _taken(error: IntegrityError, *, email: str) -> Exception:
    if broken_constraint(error) != "staff_once_per_reseller":
        return error
    return ValidationError({"email": f"{email} is already on the staff, or invited."})


def _record(act: str, staff: Staff, *, email: str) -> None:
    detail = {"reseller": staff.reseller_id, "role": staff.role}
    record(act, target=staff.id, label=email, detail=detail)


def remove_staff(staff: Staff) -> None:
    """Take somebody off: signed out of this console at once; an open link of theirs is dead.

    Their account stays, for other consoles. Raises ValidationError for the last owner.
    """
    with transaction.atomic():
        if _held_owners(staff.reseller_id) == [staff.id]:
            raise ValidationError("The last owner cannot be removed. Make somebody else owner first.")
        Staff.objects.filter(id=staff.id).delete()
        _record("staff.remove", staff, email=staff.user.email)


def change_role(staff: Staff, *, role: str) -> None:
    """Give somebody another role, from their next click on. Raises ValidationError for the last owner."""
    if role not in Staff.Role.values:
        raise ValidationError("Choose one of the roles.")
    with transaction.atomic():
        if role != Staff.Role.OWNER and _held_owners(staff.reseller_id) == [staff.id]:
            raise ValidationError("The last owner stays owner. Make somebody else owner first.")
        before, staff.role = staff.role, role
        staff.save(update_fields=["role"])
        detail = {"reseller": staff.reseller_id, "from": before, "to": role}
        record("staff.change_role", target=staff.id, label=staff.user.email, detail=detail)


def _held_owners(reseller_id: UUID) -> list[UUID]:
    """The owners who can come in, locked: two of them cannot both stop being one."""
    owners = Staff.objects.accepted().filter(reseller_id=reseller_id, role=Staff.Role.OWNER)
    active = owners.filter(user__is_active=True)
    return [row.id for row in active.order_by("id").select_for_update(of=("self",))]
