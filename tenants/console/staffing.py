"""Making somebody staff of a reseller. The person is a user in `public`, whom only accounts can make.

Accounts stands above, so it registers how; deploy/wiring.py connects the two.
"""

from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tenants.models import Domain, Staff
from tenants.sites import Site, site_of


class StaffUser(Protocol):
    """The user with this address, made and invited if there is none. Raises ValidationError."""

    def __call__(self, *, email: str, name: str, site: Site, invited_by: str) -> Any: ...


_source: list[StaffUser] = []


def register_users(source: StaffUser) -> None:
    """Say how a staff member's user is made; the last one registered counts."""
    _source[:] = [source]


def add_staff(domain: Domain, *, email: str, name: str, role: str, invited_by: str) -> Staff:
    """Somebody for the reseller whose console answers at `domain`. Raises ValidationError."""
    site = site_of(domain)
    if site is None or domain.reseller is None:
        raise ValidationError("This domain is no reseller's console.")
    try:
        with transaction.atomic():
            user = _source[0](email=email, name=name, site=site, invited_by=invited_by)
            return Staff.objects.create(user=user, reseller=domain.reseller, role=role)
    except IntegrityError as error:
        raise ValidationError({"email": f"{email} is already on the staff."}) from error
