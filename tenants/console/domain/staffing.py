"""Making somebody staff of a reseller. The person is a user in `public`, whom only accounts can make.

Accounts stands above, so it registers how; deploy/wiring.py connects the two.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tenants.models import Reseller, Staff
from tenants.sites import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Who joined, a user in `public`; `invited` if they still have to choose a password."""

    user: Any
    invited: bool

    @property
    def mail(self) -> str:
        """What they are sent, as the end of a sentence."""
        if self.invited:
            return "a mail with a link to come in"
        return "a mail with the console’s address, where they sign in with the account they have"


class Join(Protocol):
    """The user with this address, made if there is none, and a mail to them. Raises ValidationError."""

    def __call__(self, *, email: str, name: str, site: Site, invited_by: str) -> Joined: ...


class InviteAgain(Protocol):
    """One more mail with their link. Raises ValidationError for somebody without an open invitation."""

    def __call__(self, user: Any, *, site: Site, invited_by: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _People:
    join: Join
    invite_again: InviteAgain


_people: list[_People] = []


def register_people(*, join: Join, invite_again: InviteAgain) -> None:
    """Say how a staff member's user is made and invited; the last ones registered count."""
    _people[:] = [_People(join, invite_again)]


def add_staff(reseller: Reseller, *, site: Site, email: str, name: str, role: str, invited_by: str) -> Joined:
    """Somebody for the reseller whose console is `site`. Raises ValidationError."""
    try:
        with transaction.atomic():
            joined = _people[0].join(email=email, name=name, site=site, invited_by=invited_by)
            Staff.objects.create(user=joined.user, reseller=reseller, role=role)
    except IntegrityError as error:
        if "staff_once_per_reseller" not in str(error):
            raise
        raise ValidationError({"email": f"{email} is already on the staff."}) from error
    return joined


def invite_again(staff: Staff, *, site: Site, invited_by: str) -> None:
    """The invitation once more. Raises ValidationError for somebody without an open one."""
    _people[0].invite_again(staff.user, site=site, invited_by=invited_by)
