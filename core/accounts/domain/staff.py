"""The people of resellers, who are users in `public`: one account each, however many resellers they work for.

They come in by a link that is bound to one row of the staff; until it is followed the row gives no right. The
console's own acts on these rows are tenants/console/domain/staffing.py, which is handed these functions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.accounts.domain.invitations import (
    DAYS,
    SpentInvitation,
    check_not_too_many,
    choose_password,
    troubles,
)
from core.accounts.domain.users import create_user
from core.accounts.mail import letter, sender_for
from core.accounts.models import User
from core.accounts.queries import person_with
from core.accounts.rules import Role
from core.sending.domain.system import send_system
from core.sending.rules.addresses import address_key
from tenants import signing
from tenants.audit import record
from tenants.ids import uuid7
from tenants.models import Staff
from tenants.sites import Site

SALT = "core.accounts.staff"
REF = "staff:"
"""How the ledger names the invitations of a reseller's staff: with the row's id, and a number of its own."""


@dataclass(frozen=True, slots=True)
class StaffInvitation:
    """A row that waits for its person, and who sent the link."""

    staff: Staff
    invited_by: str

    @property
    def user(self) -> User:
        return self.staff.user

    @property
    def is_new(self) -> bool:
        """Whether the person still has to choose a password; others sign in with theirs."""
        return not self.user.has_usable_password()


def find_person(*, email: str, name: str) -> User:
    """The person with this address, made without a password if there is none. Raises ValidationError."""
    return person_with(email) or create_user(email=email, name=name, role=Role.STAFF)


def invite_staff(staff: Staff, *, site: Site, invited_by: str) -> None:
    """Send the link. A closed account gets no mail, which whoever invites is not told.

    Raises ValidationError when it was one too many.
    """
    user = staff.user
    check_not_too_many(user.email, site=site)
    sender = sender_for(site)
    token = signing.dumps([str(staff.id), user.email, invited_by], salt=SALT)
    values = {
        "name": staff.invited_name or user.email,
        "invited_by": invited_by,
        "button_url": sender.url_of("account_join", token),
        "button": "Accept the invitation",
        "days": DAYS,
    }
    said = letter("account/email/staff_invitation", email=user.email, sender=sender, values=values)
    if user.is_active:
        send_system(user.email, **said, ref=f"{REF}{staff.id}:{uuid7().hex}")


def staff_troubles(rows: Iterable[Staff]) -> dict[UUID, str]:
    """Why the last invitation of each row, whose user is loaded, did not arrive; others are left out.

    One question for all of them. What became of a mail to an address it had before is no trouble any more.
    """
    keys = {(f"{REF}{row.id}", address_key(row.user.email)): row.id for row in rows}
    return troubles(keys)


def access_pending(token: str, *, site: Site, lock: bool = False) -> StaffInvitation:
    """The row that a link accepts, on its own console only. Raises SpentInvitation."""
    try:
        staff_id, email, invited_by = signing.loads(token, salt=SALT, max_age=DAYS * 24 * 3600)
    except signing.BadSignature as error:
        raise SpentInvitation from error
    if site.reseller_id is None:
        raise SpentInvitation
    rows = Staff.objects.pending().select_related("user", "reseller")
    if lock:
        rows = rows.select_for_update(of=("self", "user"))
    staff = rows.filter(
        id=UUID(staff_id), reseller_id=site.reseller_id, user__email=email, user__is_active=True
    ).first()
    if staff is None:
        raise SpentInvitation
    return StaffInvitation(staff, invited_by)


def accept_as_known(token: str, *, site: Site) -> Staff:
    """Accept with the account they have; they prove who they are by signing in. Raises SpentInvitation."""
    with transaction.atomic():
        invitation = access_pending(token, site=site, lock=True)
        if invitation.is_new:
            raise SpentInvitation
        return _accept(invitation.staff)


def accept_as_new(token: str, *, site: Site, name: str, password: str) -> User:
    """Accept and choose name and password, once in a lifetime. Raises SpentInvitation."""
    with transaction.atomic():
        invitation = access_pending(token, site=site, lock=True)
        if not invitation.is_new:
            raise SpentInvitation
        _accept(invitation.staff)
        return choose_password(invitation.user, name=name, password=password)


def _accept(staff: Staff) -> Staff:
    staff.accepted_at = timezone.now()
    staff.save(update_fields=["accepted_at"])
    name = staff.invited_name or staff.user.email
    record("staff.join", target=staff.id, label=name, actor=name, detail={"reseller": staff.reseller_id})
    return staff
