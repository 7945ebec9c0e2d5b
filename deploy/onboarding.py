"""What is set up in every new workspace: the owner's account at the claim, then the recorded steps."""

from core.accounts.domain.owners import invite_owner, make_owner
from tenants import onboarding


def register() -> None:
    """Tell the ground what to do at the claim and afterwards."""
    onboarding.at_claim(make_owner)
    onboarding.register_step("invite-owner", "Invite the owner", invite_owner)
