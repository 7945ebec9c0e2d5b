"""The page behind an invitation to a reseller's staff: accept it, with the account one has or a new one.

Looking at it changes nothing. Whoever has a password already proves themselves by it afterwards, at sign-in.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.accounts.access import not_inside, public
from core.accounts.adapter import sign_in
from core.accounts.domain.invitations import SpentInvitation
from core.accounts.domain.staff import StaffInvitation, accept_as_known, accept_as_new, access_pending
from core.accounts.forms import WelcomeForm
from tenants.middleware import site_for


@not_inside
@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponseBase:
    """Who invites to what, and the button that accepts."""
    try:
        invitation = access_pending(token, site=site_for(request))
        answer = _choose if invitation.is_new else _confirm
        return answer(request, token, invitation)
    except SpentInvitation:
        messages.error(
            request, "This link has been used or is too old. Sign in, or ask for a code by e-mail."
        )
        return redirect("account_login")


def _choose(request: HttpRequest, token: str, invitation: StaffInvitation) -> HttpResponseBase:
    """Somebody new chooses a name and a password, and is in."""
    initial = {"name": invitation.staff.invited_name}
    form = WelcomeForm(request.POST or None, user=invitation.user, initial=initial)
    if request.method != "POST" or not form.is_valid():
        context, status = {"form": form, "invitation": invitation}, 422 if form.is_bound else 200
        return render(request, "account/join.html", context, status=status)
    sign_in(request, accept_as_new(token, site=site_for(request), **form.cleaned_data))
    return redirect("/")


def _confirm(request: HttpRequest, token: str, invitation: StaffInvitation) -> HttpResponseBase:
    """Somebody with a password accepts, and signs in with it."""
    if request.method != "POST":
        return render(request, "account/join.html", {"invitation": invitation})
    staff = accept_as_known(token, site=site_for(request))
    messages.success(request, f"You are on the staff of {staff.reseller} now. Sign in with your password.")
    return redirect("account_login")
