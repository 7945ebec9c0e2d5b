"""The page on which people choose how they are told, and what a browser asks when a message comes unseen."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts.access import not_inside, requires, user_for
from inbox.alerts.domain.choices import choose
from inbox.alerts.forms import AlertForm
from inbox.alerts.queries import alert_for, choice_of
from inbox.conversations.access import access_message


@not_inside
@require_http_methods(["GET", "HEAD", "POST"])
@requires("use_inbox")
def choices(request: HttpRequest) -> HttpResponseBase:
    """One's own, on every device."""
    user = user_for(request)
    form = AlertForm(request.POST)
    if request.method == "POST" and form.is_valid():
        choose(user, **form.cleaned_data)
        messages.success(request, "Your notifications are saved.")
        return redirect("alerts:choices")
    return render(request, "alerts/choices.html", {"choice": choice_of(user)})


@not_inside
@require_safe
@requires("use_inbox")
def alert(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """{title, body, desktop, sound}, or 204 when this person is not to be told."""
    user = user_for(request)
    found = alert_for(user, message=access_message(user, conversation_id=conversation_id, id=message_id))
    answer = JsonResponse(found.facts()) if found else HttpResponse(status=204)
    answer["Cache-Control"] = "no-store, private"
    return answer
