"""The people of resellers, who are users in `public`: one account each, however many resellers they work for.

The console's own rows about them are tenants/console/domain/staffing.py, which is handed these functions.
"""

from django.core.exceptions import ValidationError

from core.accounts.domain.invitations import invite, send_invitation
from core.accounts.mail import Sender, send_account_mail, sender_for
from core.accounts.models import User
from core.accounts.queries import person_with
from core.accounts.rules import Role
from tenants.console.domain.staffing import Joined
from tenants.sites import Site


def join(*, email: str, name: str, site: Site, invited_by: str) -> Joined:
    """The person with this address: made and invited, invited here too, or told that they belong here now.

    Call it in the transaction that makes them staff. Raises ValidationError for a closed account.
    """
    user = person_with(email)
    if user is None:
        user = invite(email=email, name=name, role=Role.STAFF, site=site, invited_by=invited_by)
        return Joined(user=user, invited=True)
    if not user.is_active:
        raise ValidationError(
            {
                "email": f"The account of {user.email} is closed, so it cannot be added. Use another address,"
                " or ask the operators of the platform to open it again."
            }
        )
    invited = not user.has_usable_password()
    send = send_invitation if invited else _send_welcome
    send(user, sender=sender_for(site), invited_by=invited_by)
    return Joined(user=user, invited=invited)


def _send_welcome(user: User, *, sender: Sender, invited_by: str) -> None:
    """To somebody with a password: the console's address and no token, for there is nothing to prove."""
    values = {"user": user, "invited_by": invited_by, "button_url": sender.url, "button": "Open the console"}
    send_account_mail("account/email/staff_added", email=user.email, sender=sender, values=values)
