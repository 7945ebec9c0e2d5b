"""One's own profile: what people change about themselves. Others are changed in team.py."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.accounts.access import own_account, user_for
from core.accounts.domain import users
from core.accounts.forms import ProfileForm


@own_account
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponseBase:
    """Name, and the way to the password."""
    user = user_for(request)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        users.rename(user, name=form.cleaned_data["name"])
        messages.success(request, "Your profile is saved.")
        return redirect("account_profile")
    return render(request, "account/profile.html", {"form": form}, status=422 if form.is_bound else 200)
