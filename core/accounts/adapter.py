"""How allauth behaves here: no open sign-up, mail through the ledger in the site's brand, limits per address.

Its settings are deploy/settings/accounts.py; who may enter a site is decided in queries.py.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from core.accounts.mail import send_account_mail, sender_for
from core.accounts.models import User
from core.accounts.queries import may_enter
from core.accounts.rules import fold_email
from core.accounts.signed_in import bind_to_site
from tenants.middleware import site_for


class AccountAdapter(DefaultAccountAdapter):
    """Called by allauth's views and flows."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address or the password is not right."
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_email(self, email: str) -> str:
        return fold_email(email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        sender = sender_for(site_for(self.request))
        send_account_mail(template_prefix, email=email, sender=sender, values=context)

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        """The last gate, whatever way of signing in led here; it says no more than a wrong password does."""
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        if response is None and not (isinstance(user, User) and may_enter(user, site_for(request))):
            clear_login(request)
            self.add_message(
                request, messages.ERROR, message=str(self.error_messages["email_password_mismatch"])
            )
            return redirect("account_login")
        return response

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        bind_to_site(request)

    def is_safe_url(self, url: str) -> bool:
        """Only paths on this very site are redirected to after signing in."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """The account alone. allauth puts the Host header in front, whose port a guesser may vary freely."""
        return fold_email(str(credentials.get("email", "")))


def sign_in(request: HttpRequest, user: User) -> None:
    """Open a session for somebody who has just proved who they are in another way, such as an invitation."""
    with context.request_context(request):
        AccountAdapter().login(request, user)
