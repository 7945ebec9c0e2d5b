"""Saved views: saving the list that is open, and the page where they are renamed, ordered and deleted."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.accounts.access import Action, may, requires, user_for
from core.ui.sheets import deleting, saving
from inbox.conversations.filters import ListFilter
from inbox.conversations.views.lists import list_filter
from inbox.saved.access import access_saved
from inbox.saved.domain.saved import STEPS, delete_view, move_view, save_view
from inbox.saved.forms import SavedForm
from inbox.saved.models import SavedView
from inbox.saved.queries import gone_of, saved_for
from inbox.saved.words import said
from tenants.redirects import go_to

_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Action.USE_INBOX)
@require_safe
def saved_list(request: HttpRequest) -> HttpResponseBase:
    user = user_for(request)
    rows = [(row, said(row), gone_of(row)) for row in saved_for(user)]
    groups = [
        ("Yours", [one for one in rows if not one[0].is_shared], True),
        ("Everybody's", [one for one in rows if one[0].is_shared], may(user, Action.MANAGE_VIEWS)),
    ]
    return render(request, "saved/list.html", {"groups": [group for group in groups if group[1]]})


@requires(Action.USE_INBOX)
@_methods
def saved_new(request: HttpRequest) -> HttpResponseBase:
    """Save the list that the address names."""
    return _edit(request, None, shown=list_filter(request))


@requires(Action.USE_INBOX)
@_methods
def saved_edit(request: HttpRequest, saved_id: UUID) -> HttpResponseBase:
    row = access_saved(user_for(request), id=saved_id)
    return _edit(request, row, shown=row.shown)


@requires(Action.USE_INBOX)
@require_POST
def saved_move(request: HttpRequest, saved_id: UUID) -> HttpResponseBase:
    """`to` is "up" or "down"."""
    user = user_for(request)
    row = access_saved(user, id=saved_id)
    to = request.POST.get("to", "")
    if to not in STEPS:
        return HttpResponseBadRequest("Say where it goes: up or down.")
    move_view(row, step=STEPS[to], by=user)
    return go_to(request, "saved:list")


@requires(Action.USE_INBOX)
@_methods
def saved_delete(request: HttpRequest, saved_id: UUID) -> HttpResponseBase:
    """What deleting one does, and doing it."""
    user = user_for(request)
    row = access_saved(user, id=saved_id)

    def does() -> tuple[str, str]:
        lead = "Nobody sees it above the list any more." if row.is_shared else "It is yours alone."
        return lead, "The conversations themselves stay as they are."

    def delete() -> str:
        delete_view(row, by=user)
        return f"The view {row} is deleted."

    return deleting(
        request, thing=f"the view {row}", noun="view", back="saved:list", does=does, delete=delete
    )


def _edit(request: HttpRequest, row: SavedView | None, *, shown: ListFilter) -> HttpResponseBase:
    user = user_for(request)
    form = SavedForm(
        request.POST if request.method == "POST" else None,
        initial={"name": row.name, "shared": row.is_shared} if row else {},
        may_share=may(user, Action.MANAGE_VIEWS),
        may_keep=not user.is_support,
    )
    then = f"{reverse('inbox:list')}?{shown.query}" if row is None else "saved:list"
    return saving(
        request,
        form,
        page="saved/edit.html",
        context={"row": row, "here": request.get_full_path(), "said": said(row) if row else ""},
        save=lambda typed: (
            f"The view {save_view(row, shown=shown, by=user, **{'shared': form.shares, **typed})} is saved."
        ),
        then=then,
    )
