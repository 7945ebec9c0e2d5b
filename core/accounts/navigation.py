"""What accounts adds to the frame: who may see which place, and its own entries among the settings."""

from django.http import HttpRequest

from core.accounts.access import may
from core.accounts.housekeeping import sweep
from core.accounts.rules import Action
from core.ui import nav
from tenants.due import register_sweeper


def register() -> None:
    """Called once at start-up."""
    nav.register_gate(_gate)
    nav.register(
        nav.NavItem(
            key="team",
            label="Team",
            icon="users",
            url_name="team:list",
            order=80,
            may=Action.MANAGE_TEAM,
            section="settings",
        )
    )
    register_sweeper("core.accounts", sweep)


def _gate(request: HttpRequest, action: str) -> bool:
    return may(request.user, action)
