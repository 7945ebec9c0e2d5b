"""What accounts registers at start-up: who may see which place, whose a websocket is, settings, a sweep,
its part of starter templates."""

from django.http import HttpRequest

from core.accounts.access import may
from core.accounts.domain.owners import invitation_trouble
from core.accounts.domain.restored import take_over
from core.accounts.housekeeping import sweep
from core.accounts.queries import people_count, seat_count
from core.accounts.rules import Action
from core.accounts.seen import last_seen
from core.accounts.signed_in import user_by_cookie
from core.accounts.starter import ROLES
from core.realtime.rights import register_users
from core.ui import nav
from tenants.archive.parts import leave_out, register_after_load
from tenants.due import register_sweeper
from tenants.gauges import Gauge, newest
from tenants.gauges import register as register_gauge
from tenants.starters import register_part


def register() -> None:
    """Called once at start-up."""
    nav.register_gate(_gate)
    register_users(user_by_cookie)
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
    register_gauge(Gauge(key="seats", read=seat_count))
    register_gauge(Gauge(key="people", read=people_count))
    register_gauge(Gauge(key="seen", read=last_seen, merge=newest))
    leave_out("accounts_counter", why="Counters of limits mean nothing later")
    register_after_load("core.accounts", take_over)
    register_part(ROLES)
    register_gauge(Gauge(key="owner_invitation", read=invitation_trouble))


def _gate(request: HttpRequest, action: str) -> bool:
    return may(request.user, action)
