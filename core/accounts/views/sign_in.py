"""allauth's pages as ours: each with the site's own context, and marked for whom it is.

Invitations are welcome.py, the team team.py, one's own profile profile.py next door.
"""

from typing import Any

from allauth.account import views as allauth
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from core.accounts.access import not_inside, own_account, public
from core.accounts.stays import leave
from tenants.access import View
from tenants.middleware import site_for


class OwnSite:
    """allauth puts a `site` made of the Host header into the context; ours comes from the database."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # a mixin
        return {**context, "site": site_for(self.request)}

    def form_invalid(self, form: Any) -> HttpResponseBase:
        """As everywhere here: a form that was refused is no success. allauth's redirects stay."""
        response: HttpResponseBase = super().form_invalid(form)  # type: ignore[misc]  # a mixin
        if response.status_code == 200:
            response.status_code = 422
        return response


def _page(base: Any) -> View:
    ours: Any = type(base.__name__, (OwnSite, base), {})
    view: View = _methods(ours.as_view())
    return view


_methods = require_http_methods(["GET", "HEAD", "POST"])

login = not_inside(public(_page(allauth.LoginView)))
signup = not_inside(public(_page(allauth.SignupView)))
inactive = not_inside(public(_page(allauth.AccountInactiveView)))
request_login_code = not_inside(public(_page(allauth.RequestLoginCodeView)))
confirm_login_code = not_inside(public(_page(allauth.ConfirmLoginCodeView)))
password_reset = not_inside(public(_page(allauth.PasswordResetView)))
confirm_password_reset_code = not_inside(public(_page(allauth.ConfirmPasswordResetCodeView)))
complete_password_reset = not_inside(public(_page(allauth.CompletePasswordResetView)))
password_reset_done = not_inside(public(_page(allauth.PasswordResetFromKeyDoneView)))
password_change = own_account(_page(allauth.PasswordChangeView))
password_set = own_account(_page(allauth.PasswordSetView))

_confirm_email = _page(allauth.ConfirmEmailVerificationCodeView)


@not_inside
@public
@_methods
def confirm_email(request: HttpRequest) -> HttpResponseBase:
    """The code that proves an address, asked for on the way in; nobody who is in already needs it."""
    if request.user.is_authenticated:
        return redirect("/")
    return _confirm_email(request)


@public
@_methods
def logout(request: HttpRequest) -> HttpResponseBase:
    """Signing out is a POST; whoever comes by GET is simply taken home."""
    if request.method != "POST":
        return redirect("/")
    if request.user.is_authenticated and leave(request):
        return redirect("account_login")
    response: HttpResponseBase = allauth.logout(request)
    return response
