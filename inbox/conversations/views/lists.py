"""The list of conversations: whole page, another tab, the next page of rows, fresh counts; and one contact's.

What each part needs is said at the top of inbox.html; one thread is thread.py.
"""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.accounts.access import Action, requires, user_for
from core.accounts.models import User
from core.api.paging import BadCursor, Page
from core.contacts.access import access_contact
from core.text import capped
from core.ui.htmx import wants_partial
from inbox.conversations.models import Conversation
from inbox.conversations.queries import (
    COUNT_LIMIT,
    View,
    any_conversation,
    contact_page,
    inbox_page,
    view_counts,
)

PAGE = "conversations/inbox.html"
LABELS = {
    View.OPEN: "Open",
    View.WAITING: "Waiting",
    View.MINE: "Mine",
    View.UNASSIGNED: "Unassigned",
    View.RESOLVED: "Resolved",
}


@require_safe
@requires(Action.USE_INBOX)
def conversation_list(request: HttpRequest) -> HttpResponse:
    user, view = user_for(request), asked_view(request)
    if wants_partial(request, "inbox-tabs"):
        return render(request, f"{PAGE}#tabs", {"view": view.value, "tabs": tabs(user)})
    if wants_partial(request, "more-rows"):
        return render(request, f"{PAGE}#rows", rows_context(request, user=user, view=view))
    part = "#list" if wants_partial(request, "inbox-list") else ""
    return render(
        request, f"{PAGE}{part}", list_context(request, user=user, view=view) | {"conversation": None}
    )


@require_safe
@requires(Action.USE_INBOX)
def contact_conversations(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """A part of the contact's page."""
    user = user_for(request)
    contact = access_contact(user, id=contact_id)
    try:
        page = contact_page(user, contact_id=contact.id, after=request.GET.get("after", ""))
    except BadCursor as error:
        raise Http404("no such page") from error
    context = {"contact": contact, "rows": page.items, "next_cursor": page.next_cursor}
    return render(request, "conversations/contact.html", context)


def asked_view(request: HttpRequest) -> View:
    """The view a request names, open conversations by default. Raises Http404 for one that does not exist."""
    try:
        return View(request.GET.get("view", View.OPEN))
    except ValueError as error:
        raise Http404("no such view") from error


def tabs(user: User) -> list[dict[str, Any]]:
    """The views with their counts in words, "" where there is nothing to count."""
    words = {name: capped(count, limit=COUNT_LIMIT) for name, count in view_counts(user).items() if count}
    url = reverse("inbox:list")
    return [
        {"key": view.value, "label": label, "count": words.get(view.value, ""), "url": f"{url}?view={view}"}
        for view, label in LABELS.items()
    ]


def list_context(request: HttpRequest, *, user: User, view: View) -> dict[str, Any]:
    return rows_context(request, user=user, view=view) | {"tabs": tabs(user)}


def rows_context(request: HttpRequest, *, user: User, view: View) -> dict[str, Any]:
    page = _page(user, view=view, after=request.GET.get("after", ""))
    has_any = bool(page.items) or any_conversation()
    return {"view": view.value, "rows": page.items, "next_cursor": page.next_cursor, "has_any": has_any}


def _page(user: User, *, view: View, after: str) -> Page[Conversation]:
    try:
        return inbox_page(user, view=view, after=after)
    except BadCursor as error:
        raise Http404("no such page") from error
