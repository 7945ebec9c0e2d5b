"""The guards of workspace views, everybody of the team or roles the table lists, and the way to a teammate.

A view without a guard is refused (middleware.py); the consoles' guards are tenants/console/access.py.
"""

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from core.accounts.models import User
from core.accounts.rules import ROLE_MAY, Action, Role, role_may
from tenants.access import View, guarded, public

__all__ = ["ROLE_MAY", "Action", "Role", "access_teammate", "may", "member", "public", "requires", "user_for"]


def may(user: object, action: str) -> bool:
    """Whether somebody may do something here; also for templates and navigation. Strangers never may."""
    return bool(getattr(user, "is_active", False)) and role_may(getattr(user, "role", ""), action)


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


def member(view: View) -> View:
    """For everybody who is signed in on this site."""
    return guarded(view, allows=lambda _request: True, rule="member")


def requires(action: str) -> Callable[[View], View]:
    """For those whose role is listed for the action. Raises ValueError for an action that does not exist."""
    wanted = Action(action)

    def decorate(view: View) -> View:
        return guarded(view, allows=lambda request: may(user_for(request), wanted), rule=f"requires {wanted}")

    return decorate
