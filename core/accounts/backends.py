"""Password sign-in: allauth's backend, which here also refuses people who have no business on the site.

The refusal reads and takes as long as a wrong password, so a console never tells whose staff somebody is.
"""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context
from django.contrib.auth.base_user import AbstractBaseUser

from core.accounts.models import User
from core.accounts.queries import may_enter
from tenants.middleware import site_for


class PlacedBackend(AuthenticationBackend):
    """Knows addresses and passwords only: no permissions, no groups (rights are rules.py)."""

    def _check_password(self, user: AbstractBaseUser | None, password: str) -> AbstractBaseUser | None:
        found: AbstractBaseUser | None = super()._check_password(user, password)
        if isinstance(user, User) and user.is_active and not may_be_here(user):
            return None
        return found

    def get_user(self, user_id: Any) -> AbstractBaseUser | None:
        """Whoever a session names, with their role: asking for rights later costs no question more.

        Also a support person's shadow, whom no way of signing in finds.
        """
        people = User.everyone.select_related("team_role")
        user: User | None = people.filter(pk=user_id, is_active=True).first()
        return user

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()


def may_be_here(user: User) -> bool:
    """Whether this person may sign in on the site of the request at hand."""
    request = context.request
    return request is not None and may_enter(user, site_for(request))
