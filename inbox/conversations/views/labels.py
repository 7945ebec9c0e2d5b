"""The workspace's labels, among its settings: list, make, change, delete. The acts are domain/labels.py."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts.access import Action, requires, user_for
from core.losses import losses_of
from core.ui.sheets import deleting, saving
from inbox.conversations.access import access_label
from inbox.conversations.domain.labels import delete_label, edit_label, make_label
from inbox.conversations.forms import LabelForm
from inbox.conversations.models import Label
from inbox.conversations.queries import label_count, label_counts, labels_going

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
    user = user_for(request)
    label = access_label(user, id=label_id)

    def does() -> tuple[str, str]:
        count = label_count(label.id)
        lead = f"It comes off {_conversations(count)}." if count else "No conversation has it."
        return lead, "The conversations themselves stay as they are. This cannot be undone."

    return deleting(
        request,
        thing=f"the label {label}",
        noun="label",
        back="inbox:labels",
        does=does,
        loses=lambda: losses_of(label.id, asked_by=user.id),
        delete=lambda: _deleted(label, count=delete_label(label)),
    )


def _edit(request: HttpRequest, label: Label | None) -> HttpResponseBase:
    initial = {"name": label.name, "hue": label.hue} if label else {}

    def save(said: dict[str, Any]) -> str:
        return f"The label {edit_label(label, **said) if label else make_label(**said)} is saved."

    return saving(
        request,
        LabelForm(request.POST if request.method == "POST" else None, initial=initial),
        page="conversations/label_edit.html",
        context={"label": label},
        save=save,
        then="inbox:labels",
    )


def _deleted(label: Label, *, count: int) -> str:
    said = f"The label {label} is deleted."
    return f"{said} It comes off {_conversations(count)} in the background." if count else said


def _conversations(count: int) -> str:
    return "1 conversation" if count == 1 else f"{count:,} conversations"
