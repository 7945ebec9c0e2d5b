"""How allauth behaves here: no open sign-up, mail through the ledger in the site's brand, limits per address.

Its settings are deploy/settings/accounts.py; who may enter a site is decided in queries.py.
"""

from math import ceil
from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.internal.ratelimit import parse_rates
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from core.accounts.mail import send_account_mail, sender_for
from core.accounts.models import User
from core.accounts.queries import may_enter
from core.accounts.rules import fold_email
from core.accounts.signed_in import bind_to_site
from tenants.audit import record
from tenants.middleware import site_for

TOO_MANY = "too_many_login_attempts"


class AccountAdapter(DefaultAccountAdapter):
    """Called by allauth's views and flows."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "E-mail or password is wrong.",
        "enter_current_password": "This is not your current password.",
        "incorrect_code": "This code is wrong. Check it, or send another one.",
        "rate_limited": "Too many attempts. Wait a while, then try again.",
        TOO_MANY: "Too many wrong codes. Begin again.",  # of a password it is said below
    }

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        if code == TOO_MANY:
            return ValidationError(too_many_guesses(), code=code)
        error: ValidationError = super().validation_error(code, *args)
        return error

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
        record("account.sign_in", target=user.pk, label=str(user))

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """A changed one, or a new one instead of a forgotten one, of which no request says whose it was."""
        with transaction.atomic():
            super().set_password(user, password)
            record("account.password", target=user.pk, label=str(user), actor=str(user))

    def is_safe_url(self, url: str) -> bool:
        """Only paths on this very site are redirected to after signing in."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """The account alone. allauth puts the Host header in front, whose port a guesser may vary freely."""
        return fold_email(str(credentials.get("email", "")))


def too_many_guesses() -> str:
    """How long somebody waits who guessed too often: the longest window of that limit."""
    seconds = max(rate.duration for rate in parse_rates(app_settings.RATE_LIMITS["login_failed"]))
    minutes = ceil(seconds / 60)
    wait = f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"Too many attempts. Wait {wait}, then try again, or sign in by a code."


def sign_in(request: HttpRequest, user: User) -> None:
    """Open a session for somebody who has just proved who they are in another way, such as an invitation."""
    with context.request_context(request):
        AccountAdapter().login(request, user)
