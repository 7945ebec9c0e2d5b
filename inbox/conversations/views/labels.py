"""The workspace's labels, among its settings: list, make, change, delete. The acts are domain/labels.py."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts.access import Action, requires, user_for
from core.ui.htmx import render_in_sheet
from inbox.conversations.access import access_label
from inbox.conversations.domain.labels import delete_label, edit_label, make_label
from inbox.conversations.forms import LabelForm
from inbox.conversations.models import Label
from inbox.conversations.queries import label_count, label_counts, labels_going
from tenants.redirects import go_to

_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Action.MANAGE_LABELS)
@require_safe
def label_list(request: HttpRequest) -> HttpResponseBase:
    return render(request, "conversations/labels.html", {"labels": label_counts(), "going": labels_going()})


@requires(Action.MANAGE_LABELS)
@_methods
def label_new(request: HttpRequest) -> HttpResponseBase:
    return _edit(request, None)


@requires(Action.MANAGE_LABELS)
@_methods
def label_edit(request: HttpRequest, label_id: UUID) -> HttpResponseBase:
    return _edit(request, access_label(user_for(request), id=label_id))


@requires(Action.MANAGE_LABELS)
@_methods
def label_delete(request: HttpRequest, label_id: UUID) -> HttpResponseBase:
    """What deleting a label does, and doing it."""
    label = access_label(user_for(request), id=label_id)
    if request.method == "POST":
        count = delete_label(label)
        messages.success(request, _deleted(label, count=count))
        return go_to(request, "inbox:labels")
    count = label_count(label.id)
    context = {
        "title": f"Delete the label {label}",
        "lead": f"It comes off {_conversations(count)}." if count else "No conversation has it.",
        "note": "The conversations themselves stay as they are.",
        "button": "Delete 1 label",
        "action_url": reverse("inbox:label_delete", args=[label.id]),
        "back_url": reverse("inbox:labels"),
    }
    return render_in_sheet(request, "ui/ask.html", context)


def _edit(request: HttpRequest, label: Label | None) -> HttpResponseBase:
    initial = {"name": label.name, "hue": label.hue} if label else {}
    form = LabelForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            saved = edit_label(label, **form.cleaned_data) if label else make_label(**form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"The label {saved} is saved.")
            return go_to(request, "inbox:labels")
    status = 422 if form.is_bound else 200
    return render_in_sheet(
        request, "conversations/label_edit.html", {"form": form, "label": label}, status=status
    )


def _deleted(label: Label, *, count: int) -> str:
    said = f"The label {label} is deleted."
    return f"{said} It comes off {_conversations(count)} in the background." if count else said


def _conversations(count: int) -> str:
    return "1 conversation" if count == 1 else f"{count:,} conversations"
