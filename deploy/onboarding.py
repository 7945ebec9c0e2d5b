"""What is set up in every new workspace: the owner's account at the claim, then the recorded steps.

The parts of its starter template come before these steps; the templates themselves are starters.py next door.
"""

from core.accounts.domain.owners import correct_owner_account, find_owner, invite_owner, make_owner
from deploy import starters
from inbox.transports.form.domain.forms import ensure_default_form
from tenants import onboarding, owners
from tenants.models import Workspace


def register() -> None:
    """Tell the ground what to do at the claim and afterwards."""
    starters.register()
    owners.register_accounts(find=find_owner, correct=correct_owner_account)
    onboarding.at_claim(make_owner)
    onboarding.register_step("first-form", label="Make the first form", run=_first_form)
    onboarding.register_step("invite-owner", label="Invite the owner", run=invite_owner)


def _first_form(workspace: Workspace) -> None:
    ensure_default_form()
