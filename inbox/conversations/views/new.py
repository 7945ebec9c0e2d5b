"""A lead noted by hand, in the side sheet or as a page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from core.accounts.access import requires
from core.ui.htmx import render_in_sheet
from inbox.conversations.domain.capture import Lead, capture
from inbox.conversations.enums import Channel
from inbox.conversations.forms import NewLeadForm

PAGE = "conversations/new.html"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("add_leads")
def new(request: HttpRequest) -> HttpResponse:
    form = NewLeadForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _add(request, form=form)
    return render_in_sheet(request, PAGE, {"form": form}, status=422 if form.is_bound else 200)


def _add(request: HttpRequest, *, form: NewLeadForm) -> HttpResponse:
    found = capture(Lead(source="manual", channel=Channel.MANUAL, **form.cleaned_data))
    if found.duplicate:
        messages.info(request, "This lead was already here, so it was not added again.")
    return redirect("inbox:thread", found.conversation.id)
