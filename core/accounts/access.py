"""The guards of workspace views, everybody of the team or roles the table lists, and the way to a teammate.

A view without a guard is refused (middleware.py); the consoles' guards are tenants/console/access.py.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from core.accounts.models import SupportSession, Team, TeamRole, User
from core.accounts.rules import ROLE_MAY, WORKSPACE_ROLES, Action, Role, own_role_may, role_may
from tenants.access import View, guarded, public

__all__ = [
    "ROLE_MAY",
    "Action",
    "Role",
    "access_stay",
    "access_team",
    "access_team_role",
    "access_teammate",
    "may",
    "member",
    "not_inside",
    "own_account",
    "public",
    "requires",
    "user_for",
]

OWN_ROLES_FOR = WORKSPACE_ROLES - {Role.ADMIN, Role.SUPPORT}


def may(user: object, action: str) -> bool:
    """Whether somebody may do something here; also for templates and navigation. Strangers never may.

    A role of the workspace's own counts instead of the built-in one, but for admins, who have none.
    """
    if not getattr(user, "is_active", False):
        return False
    role = getattr(user, "role", "")
    if isinstance(user, User) and user.team_role is not None and role in OWN_ROLES_FOR:
        return own_role_may(user.team_role.actions, action)
    return role_may(role, action)


def user_for(request: HttpRequest) -> User:
    """The person behind a guarded view. Raises PermissionDenied where nobody is signed in."""
    user = request.user
    if not user.is_authenticated or not isinstance(user, User):
        raise PermissionDenied
    return user


def access_teammate(user: User, user_id: UUID) -> User:
    """Somebody of this very workspace, for whoever manages its team. Raises PermissionDenied and Http404."""
    if not may(user, Action.MANAGE_TEAM):
        raise PermissionDenied
    found: User = get_object_or_404(User, id=user_id)
    return found


def access_team(user: User, team_id: UUID) -> Team:
    """A team of this very workspace, for whoever manages its people. Raises PermissionDenied and Http404."""
    if not may(user, Action.MANAGE_TEAM):
        raise PermissionDenied
    return get_object_or_404(Team, id=team_id)


def access_team_role(user: User, role_id: UUID) -> TeamRole:
    """A role of this very workspace, for whoever manages its team. Raises PermissionDenied and Http404."""
    if not may(user, Action.MANAGE_TEAM):
        raise PermissionDenied
    return get_object_or_404(TeamRole, id=role_id)


def member(view: View) -> View:
    """For everybody who is signed in on this site."""
    return guarded(view, allows=lambda _request: True, rule="member")


def own_account(view: View) -> View:
    """For everybody's own account: a support person has none here, and theirs elsewhere is none of this."""
    return guarded(view, allows=lambda request: not user_for(request).is_support, rule="own account")


def not_inside(view: View) -> View:
    """Closes a view to support people, whatever its guard below lets in: signing in, exports, paying."""

    @wraps(view)
    def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request.user, "is_support", False):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return closed


def access_stay(user: User, stay_id: UUID) -> SupportSession:
    """A support person's stay in this very workspace. Raises PermissionDenied and Http404."""
    if not may(user, Action.SEE_ACTIVITY):
        raise PermissionDenied
    found: SupportSession = get_object_or_404(SupportSession, id=stay_id)
    return found


def requires(action: str) -> Callable[[View], View]:
    """For those whose role is listed for the action. Raises ValueError for an action that does not exist."""
    wanted = Action(action)

    def decorate(view: View) -> View:
        return guarded(view, allows=lambda request: may(user_for(request), wanted), rule=f"requires {wanted}")

    return decorate
