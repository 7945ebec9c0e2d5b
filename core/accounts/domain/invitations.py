"""Inviting somebody: a mail with a link that lets exactly them choose a password, once.

The token carries the workspace and the person's session epoch; accepting raises the epoch, which spends it.
"""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from core.accounts.domain.users import create_user
from core.accounts.mail import Sender, send_account_mail, sender_for
from core.accounts.models import TeamRole, User
from core.accounts.rules import fold_email
from core.api.throttle import hit
from core.sending.domain.system import SYSTEM
from core.sending.models import Delivery
from core.sending.rules.addresses import address_key
from tenants import signing
from tenants.audit import record
from tenants.ids import uuid7
from tenants.sites import Site

SALT = "core.accounts.welcome"
REF, OWNERS = "team:", "owner:"
"""How the ledger names invitations: of teammates, and of the owner, with the person's id and a number."""
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
        send_invitation(user, sender=sender, invited_by=invited_by, ref=_ref(user))
        record("team.invite", target=user.id, label=str(user), detail={"role": str(role)})
    return user


def invite_again(user: User, *, site: Site, invited_by: str) -> None:
    """One more mail with the link. Raises ValidationError for somebody without an open invitation."""
    if user.has_usable_password() or not user.is_active:
        raise ValidationError(f"{user} has no open invitation.")
    check_not_too_many(user.email, site=site)
    sender = sender_for(site)
    with transaction.atomic():
        send_invitation(user, sender=sender, invited_by=invited_by, ref=_ref(user))
        record("team.invite_again", target=user.id, label=str(user))


def _ref(user: User) -> str:
    return f"{REF}{user.id}:{uuid7().hex}"


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


def team_troubles(people: Iterable[User]) -> dict[UUID, str]:
    """Why the last invitation of each teammate who has not come in did not arrive; others are left out."""
    invited = [person for person in people if person.is_active and not person.has_usable_password()]
    refs = {ref: person for person in invited for ref in (f"{REF}{person.id}", f"{OWNERS}{person.id}")}
    return troubles({(ref, address_key(person.email)): person.id for ref, person in refs.items()})


def troubles(keys: Mapping[tuple[str, str], UUID]) -> dict[UUID, str]:
    """By what each pair of a ref's beginning and an address stands for, why its last mail did not arrive.

    One question for all of them. What became of a mail to an address somebody had before is no trouble now.
    """
    if not keys:
        return {}
    mine = reduce(or_, [Q(ref=ref) | Q(ref__startswith=f"{ref}:") for ref, _ in keys])
    mails = Delivery.objects.filter(mine, kind=SYSTEM).order_by("id").only("ref", "to_key", "state", "reason")
    last: dict[UUID, Delivery] = {}
    for mail in mails:
        begins = ":".join(mail.ref.split(":")[:2])
        if whose := keys.get((begins, mail.to_key)):
            last[whose] = mail
    return {whose: lost(mail) for whose, mail in last.items() if lost(mail)}


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
