"""The page behind an invitation: choose a name and a password, and you are in.

Looking at it changes nothing, so a mail scanner that follows the link spends nothing.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.accounts.access import not_inside, public
from core.accounts.adapter import sign_in
from core.accounts.domain.invitations import SpentInvitation, accept_invitation, access_invited
from core.accounts.forms import WelcomeForm
from core.accounts.queries import may_enter
from tenants.middleware import site_for


@not_inside
@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show the form, or take what was chosen and open a session."""
    try:
        user = access_invited(token)
        if not may_enter(user, site_for(request)):
            raise SpentInvitation
        form = WelcomeForm(request.POST or None, user=user, initial={"name": user.name})
        if request.method != "POST" or not form.is_valid():
            context, status = {"form": form, "person": user}, 422 if form.is_bound else 200
            return render(request, "account/welcome.html", context, status=status)
        user = accept_invitation(token, **form.cleaned_data)
    except SpentInvitation:
        messages.error(
            request, "This link has been used or is too old. Sign in, or ask for a code by e-mail."
        )
        return redirect("account_login")
    sign_in(request, user)
    return redirect("/")
