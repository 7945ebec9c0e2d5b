"""The team's page about its chat: the line to copy, sites, words, hours, and how it looks while they type."""

import json
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts.access import Action, requires
from core.text import capped
from core.ui.policy import policy
from inbox.transports.chat.allowance import file_limits
from inbox.transports.chat.domain.settings import save_widget
from inbox.transports.chat.forms import ChatWidgetForm
from inbox.transports.chat.models import ChatWidget
from inbox.transports.chat.queries import the_widget
from inbox.transports.chat.wire import for_widget
from tenants.context import current
from tenants.middleware import site_for
from tenants.sites import primary_host, url_for

WORDS = ("title", "greeting", "away")
"""The texts that the preview shows before they are saved."""


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.MANAGE_CHAT)
def settings_page(request: HttpRequest) -> HttpResponse:
    widget = the_widget()
    form = ChatWidgetForm(request.POST if request.method == "POST" else None, instance=widget or ChatWidget())
    if form.is_valid():
        chosen = form.cleaned_data
        save_widget(form.instance, origins=chosen["sites"], days=chosen["days"], zone=chosen["zone"])
        messages.success(request, "The chat is saved.")
        return redirect("chat:settings")
    context = {"form": form, "widget": widget, **_snippet(widget)}
    return render(request, "chat/settings.html", context, status=422 if form.is_bound else 200)


def _snippet(widget: ChatWidget | None) -> dict[str, Any]:
    """The line that a site's owner pastes, and the hosts that a strict policy of theirs must allow."""
    if widget is None:
        return {}
    host = primary_host(current())
    return {
        "script_url": url_for(reverse("chat:widget.js"), place=current()),
        "host": host,
        "policy_https": f"https://{host}",
        "policy_wss": f"wss://{host}",
        "site_count": capped(len(widget.origins), limit=999),
    }


@require_safe
@xframe_options_sameorigin
@requires(Action.MANAGE_CHAT)
def preview(request: HttpRequest) -> HttpResponse:
    """A page of nobody's with the widget on it, opened, with the words that stand in the form."""
    site = site_for(request)
    looks = for_widget(the_widget() or ChatWidget(), site=site) | {"online": True}
    looks |= {name: request.GET[name][:500] for name in WORDS if request.GET.get(name)}
    if "opens" in request.GET:  # as the form stands, which says nothing of a box that is not ticked
        looks["files"] = asdict(file_limits()) if "takes_files" in request.GET else None
    looks["online"] = request.GET.get("opens", ChatWidget.Opens.ALWAYS) == ChatWidget.Opens.ALWAYS
    response = render(request, "chat/preview.html", {"looks": json.dumps(looks)})
    response["Content-Security-Policy"] = policy(frame_ancestors="'self'")
    return response
