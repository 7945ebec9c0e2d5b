"""What is set up in every new workspace, in order: the owner's account at the claim, then the recorded steps."""

from core.accounts.rules import Role, fold_email
from core.accounts.models import User
from tenants import onboarding
from tenants.models import Workspace


def register() -> None:
    """Tell the ground what to do at the claim and afterwards."""
    onboarding.at_claim(_owner)


def _owner(workspace: Workspace) -> None:
    """The first admin; without a password until the person sets one by a code sent to the address."""
    email = fold_email(workspace.owner_email)
    if not User.objects.filter(email=email).exists():
        owner = User(email=email, name=workspace.owner_name, role=Role.ADMIN)
        owner.set_unusable_password()
        owner.save()
