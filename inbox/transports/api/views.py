"""The page of API keys: make one, see its text once, revoke.

It stands here because a key's only use so far is to send leads; keys themselves are core/api.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.accounts.access import requires, user_for
from core.api.domain.keys import make_key, revoke_key
from core.api.enums import Scope
from core.api.queries import keys
from core.ui.htmx import render_in_sheet
from inbox.transports.api.access import access_key
from inbox.transports.api.forms import KeyForm
from tenants.context import current
from tenants.sites import url_for

LEADS = "/api/v1/leads"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("manage_api_keys")
def key_list(request: HttpRequest) -> HttpResponse:
    """A new key's text is in the answer to the POST itself and nowhere else, so it cannot be read again."""
    form, secret = KeyForm(request.POST if request.method == "POST" else None), ""
    if form.is_valid():
        _, secret = make_key(
            name=form.cleaned_data["name"], scopes=[Scope.LEADS_WRITE], created_by=user_for(request)
        )
        form = KeyForm()
    context = {"keys": keys(), "form": form, "secret": secret, "leads_url": url_for(LEADS, place=current())}
    return render(request, "api/keys.html", context, status=422 if form.is_bound else 200)


@require_safe
@requires("manage_api_keys")
def ask_revoke(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """What revoking a key does, before it is done; it cannot be undone."""
    key = access_key(user_for(request), id=key_id)
    context = {
        "title": f"Revoke “{key.name}”",
        "lead": "1 key stops working at once, for good: programs that use it are refused.",
        "note": "Leads that came in by it stay. To send more, a program needs another key.",
        "button": "Revoke 1 key",
        "action_url": reverse("api_keys:revoke", args=[key.id]),
        "back_url": reverse("api_keys:list"),
    }
    return render_in_sheet(request, "ui/ask.html", context)


@require_POST
@requires("manage_api_keys")
def revoke(request: HttpRequest, key_id: UUID) -> HttpResponse:
    key = access_key(user_for(request), id=key_id)
    revoke_key(key)
    messages.success(request, f"“{key.name}” is revoked. Programs that use it are refused from now on.")
    return redirect("api_keys:list")
