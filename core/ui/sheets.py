"""What side sheets do again and again: save a thing by a form, or say what deleting it does and delete it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from core.ui.htmx import render_in_sheet
from tenants.redirects import go_to


def saving(
    request: HttpRequest,
    form: forms.Form,
    *,
    page: str,
    context: dict[str, Any],
    save: Callable[[dict[str, Any]], str],
    then: str,
) -> HttpResponse:
    """The form in its sheet; valid, `save` stores what it cleaned and answers what is said of it at `then`.

    What `save` refuses by ValidationError stands in the form. `then` is a named page or a path.
    """
    if form.is_valid():
        try:
            said = save(form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, said)
            return go_to(request, then)
    status = 422 if form.is_bound else 200
    return render_in_sheet(request, page, {"form": form, **context}, status=status)


def deleting(
    request: HttpRequest,
    *,
    thing: str,
    noun: str,
    back: str,
    does: Callable[[], tuple[str, str]],
    delete: Callable[[], str],
    loses: Callable[[], list[str]] = list,
) -> HttpResponse:
    """What deleting `thing` ("the label VIP", a `noun`) does, in two sentences; with POST it is done.

    `delete` answers what is said of it on the page `back`; `loses` says what else suffers, a sentence each.
    """
    if request.method == "POST":
        messages.success(request, delete())
        return go_to(request, back)
    lead, note = does()
    context = {
        "title": f"Delete {thing}",
        "lead": lead,
        "note": note,
        "losses": loses(),
        "button": f"Delete 1 {noun}",
        "action_url": request.path,
        "back_url": resolve_url(back),
    }
    return render_in_sheet(request, "ui/ask.html", context)
