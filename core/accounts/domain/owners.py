"""The first admin of a new workspace: made with the claim, invited as a recorded step of the set-up.

deploy/onboarding.py registers both; everybody later is invited by a teammate (invitations.py).
"""

from core.accounts.domain.invitations import send_invitation
from core.accounts.domain.users import create_user
from core.accounts.mail import sender_for
from core.accounts.models import User
from core.accounts.rules import Role, fold_email
from tenants.context import place_of, platform
from tenants.models import Domain, Workspace
from tenants.sites import Site, primary_host


def make_owner(workspace: Workspace) -> None:
    """The owner's account, without a password until they choose one; again it does nothing."""
    if not User.objects.filter(email=fold_email(workspace.owner_email)).exists():
        create_user(email=workspace.owner_email, name=workspace.owner_name, role=Role.ADMIN)


def invite_owner(workspace: Workspace) -> None:
    """The owner's mail with the link; a repeated step is the same mail and not a second one."""
    owner = User.objects.get(email=fold_email(workspace.owner_email))
    if not owner.has_usable_password():
        site = site_of_new(workspace)
        send_invitation(
            owner, sender=sender_for(site), invited_by=site.reseller_name, ref=f"owner:{owner.id}"
        )


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
