"""The first admin of a new workspace: made with the claim, invited as a recorded step of the set-up, and put
right while they have not come in.

deploy/onboarding.py registers all of it; everybody later is invited by a teammate (invitations.py).
"""

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from core.accounts.domain.invitations import OWNERS as REF
from core.accounts.domain.invitations import check_not_too_many, lost, send_invitation
from core.accounts.domain.users import create_user
from core.accounts.mail import sender_for
from core.accounts.models import User
from core.accounts.queries import person_with
from core.accounts.rules import Role, fold_email
from core.sending.domain.system import SYSTEM
from core.sending.models import Delivery
from tenants.context import place_of, platform
from tenants.models import Domain, Workspace
from tenants.owners import Invited
from tenants.sites import Site, primary_host


def make_owner(workspace: Workspace) -> None:
    """The owner's account, without a password until they choose one; again it does nothing."""
    if person_with(workspace.owner_email) is None:
        create_user(email=workspace.owner_email, name=workspace.owner_name, role=Role.ADMIN)


def invite_owner(workspace: Workspace) -> None:
    """The owner's mail with the link; a repeated step is the same mail and not a second one."""
    owner = User.objects.get(email=fold_email(workspace.owner_email))
    if not owner.has_usable_password():
        site = site_of_new(workspace)
        send_invitation(owner, sender=sender_for(site), invited_by=site.reseller_name, ref=f"{REF}{owner.id}")


def find_owner(email: str) -> Invited | None:
    """The owner of this workspace with this address, and how their invitation fares."""
    user = person_with(email)
    if user is None:
        return None
    accepted = user.has_usable_password()
    trouble = "" if accepted else _trouble(Delivery.objects.filter(ref__startswith=f"{REF}{user.id}"))
    return Invited(email=user.email, name=user.name, accepted=accepted, trouble=trouble)


def invitation_trouble() -> str:
    """Why the owner's invitation did not arrive, once that is sure; "" when all is well. For a gauge."""
    waiting = User.objects.filter(role=Role.ADMIN, password__startswith=UNUSABLE_PASSWORD_PREFIX)
    if not waiting.exists():
        return ""
    return _trouble(Delivery.objects.filter(ref__startswith=REF))


def _trouble(invitations: QuerySet[Delivery]) -> str:
    """The reason of the last invitation, if it came to nothing."""
    return lost(invitations.filter(kind=SYSTEM).order_by("-created_at").first())


def correct_owner_account(row: Workspace, *, email: str, name: str) -> None:
    """Another address and name, and a new link; older links die with the epoch. Raises ValidationError."""
    site = site_of_new(row)
    check_not_too_many(email, site=site)
    owner = User.objects.select_for_update().filter(email=fold_email(row.owner_email)).first()
    if owner is None or owner.has_usable_password() or not owner.is_active:
        raise ValidationError(f"The owner of {row} has come in already, and looks after their address alone.")
    owner.email, owner.name, owner.session_epoch = fold_email(email), name.strip(), owner.session_epoch + 1
    try:
        with transaction.atomic():
            owner.save(update_fields=["email", "name", "session_epoch"])
            EmailAddress.objects.filter(user=owner).update(email=owner.email, verified=False)
    except IntegrityError as error:
        raise ValidationError({"email": f"{owner.email} already belongs to somebody there."}) from error
    ref = f"{REF}{owner.id}:{owner.session_epoch}"
    send_invitation(owner, sender=sender_for(site), invited_by=site.reseller_name, ref=ref)


def site_of_new(workspace: Workspace) -> Site:
    """The site a workspace is going to be; its host answers only when the set-up is through."""
    place = place_of(workspace)
    with platform():
        reseller = workspace.reseller
    return Site(
        kind=Domain.Kind.WORKSPACE,
        host=primary_host(place),
        place=place,
        name=workspace.name,
        reseller_id=workspace.reseller_id,
        reseller_name=reseller.name,
        workspace_id=workspace.id,
        workspace_name=workspace.name,
    )
