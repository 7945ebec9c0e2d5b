"""Inviting somebody: a mail with a link that lets exactly them choose a password, once.

The token carries the workspace and the person's session epoch; accepting raises the epoch, which spends it.
"""

from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction

from core.accounts.domain.users import create_user
from core.accounts.mail import Sender, send_account_mail, sender_for
from core.accounts.models import TeamRole, User
from core.accounts.rules import fold_email
from core.api.throttle import hit
from core.sending.models import Delivery
from tenants import signing
from tenants.audit import record
from tenants.sites import Site

SALT = "core.accounts.welcome"
DAYS = 7
PER_HOUR = 5
"""How many invitations one address gets from one place within an hour."""


class SpentInvitation(Exception):
    """The link is altered, too old, already used, or was made for another workspace."""


def invite(
    *,
    email: str,
    name: str,
    role: str,
    site: Site,
    invited_by: str,
    team_role: TeamRole | None = None,
) -> User:
    """A teammate without a password, and a mail with their link. Raises ValidationError."""
    check_not_too_many(email, site=site)
    sender = sender_for(site)
    with transaction.atomic():
        user = create_user(email=email, name=name, role=role, team_role=team_role)
        send_invitation(user, sender=sender, invited_by=invited_by)
        record("team.invite", target=user.id, label=str(user), detail={"role": str(role)})
    return user


def invite_again(user: User, *, site: Site, invited_by: str) -> None:
    """One more mail with the link. Raises ValidationError for somebody without an open invitation."""
    if user.has_usable_password() or not user.is_active:
        raise ValidationError(f"{user} has no open invitation.")
    check_not_too_many(user.email, site=site)
    sender = sender_for(site)
    with transaction.atomic():
        send_invitation(user, sender=sender, invited_by=invited_by)
        record("team.invite_again", target=user.id, label=str(user))


def send_invitation(user: User, *, sender: Sender, invited_by: str, ref: str = "") -> None:
    """Send the link (again); older links stay good until one of them is used or its days are over."""
    url = sender.url_of("account_welcome", _token(user))
    values = {
        "name": user.display_name,
        "invited_by": invited_by,
        "button_url": url,
        "button": "Choose a password",
        "days": DAYS,
    }
    send_account_mail("account/email/invitation", email=user.email, sender=sender, values=values, ref=ref)


def lost(last: Delivery | None) -> str:
    """Why the last mail with a link did not arrive, once that is sure; "" when all is well."""
    ended_badly = {Delivery.State.FAILED, Delivery.State.SKIPPED, Delivery.State.UNKNOWN}
    return last.reason if last is not None and last.state in ended_badly else ""


def _token(user: User) -> str:
    return signing.dumps([str(user.id), user.session_epoch], salt=SALT)


def access_invited(token: str, *, lock: bool = False) -> User:
    """Who a link was sent to. Raises SpentInvitation."""
    try:
        user_id, epoch = signing.loads(token, salt=SALT, max_age=DAYS * 24 * 3600)
    except signing.BadSignature as error:
        raise SpentInvitation from error
    rows = User.objects.select_for_update() if lock else User.objects.all()
    user: User | None = rows.filter(id=UUID(user_id), session_epoch=epoch, is_active=True).first()
    if user is None or user.has_usable_password():
        raise SpentInvitation
    return user


def accept_invitation(token: str, *, name: str, password: str) -> User:
    """Set name and password, and be in. Raises SpentInvitation."""
    with transaction.atomic():
        user = choose_password(access_invited(token, lock=True), name=name, password=password)
        record("team.join", target=user.id, label=str(user), actor=str(user))
        return user


def choose_password(user: User, *, name: str, password: str) -> User:
    """For whoever followed a link to a locked row; the address is proven, since the link reached it."""
    user.name = name.strip()
    user.set_password(password)
    user.session_epoch += 1
    user.save(update_fields=["name", "password", "session_epoch"])
    EmailAddress.objects.filter(user=user, email=user.email).update(verified=True, primary=True)
    return user


def check_not_too_many(email: str, *, site: Site) -> None:
    """Count one invitation to this address from this place. Raises ValidationError for one too many."""
    whose = site.workspace_id or site.reseller_id
    verdict = hit(f"invitation:{whose}:{fold_email(email)}", limit=PER_HOUR, seconds=3600)
    if not verdict.allowed:
        minutes = -(-verdict.reset // 60)
        raise ValidationError(
            f"{fold_email(email)} was sent {PER_HOUR} invitations within an hour."
            f" Wait {minutes} minute{'' if minutes == 1 else 's'}, then send it again."
        )
