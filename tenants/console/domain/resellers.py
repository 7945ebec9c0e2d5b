"""Making a reseller together with its first owner, all of it or nothing; putting that owner's address right.

A reseller alone, and suspending it, is tenants/lifecycle.py; staff who come later are staffing.py.
"""

from django.core.exceptions import ValidationError
from django.db import transaction

from tenants.console.domain.staffing import add_staff, correct_invitation
from tenants.lifecycle import open_reseller
from tenants.models import Staff
from tenants.sites import console_of, site_of


def open_with_owner(
    *, name: str, slug: str, host: str, owner_email: str, owner_name: str, invited_by: str
) -> Staff:
    """Reseller, its console's host and its owner. Raises ValidationError whose keys are the arguments'.

    Operators look after accounts, so they are told of a closed one: its owner could never come in.
    """
    with transaction.atomic():
        opened = open_reseller(name=name, slug=slug, host=host)
        site = site_of(opened.domain)
        assert site is not None  # only a workspace's is None, while it is being set up
        try:
            owner = add_staff(
                opened.reseller,
                site=site,
                email=owner_email,
                name=owner_name,
                role=Staff.Role.OWNER,
                invited_by=invited_by,
            )
        except ValidationError as error:
            raise ValidationError({"owner_email": error.messages}) from error
        _check_not_closed(owner, field="owner_email")
        return owner


def correct_as_operator(staff: Staff, *, email: str, name: str, invited_by: str) -> Staff:
    """Another address for a reseller's person who has not come in. Raises ValidationError.

    The mail is the reseller's console's, as if its own people had sent it.
    """
    site = console_of(staff.reseller_id)
    with transaction.atomic():
        corrected = correct_invitation(staff, site=site, email=email, name=name, invited_by=invited_by)
        _check_not_closed(corrected, field="email")
        return corrected


def _check_not_closed(staff: Staff, *, field: str) -> None:
    if not staff.user.is_active:
        raise ValidationError({field: f"The account of {staff.user.email} is closed. Use another."})
