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
from core.accounts.queries import team_name
from core.api.paging import BadCursor, Page
from core.contacts.access import access_contact
from core.notices.queries import in_words
from core.text import capped
from core.ui.htmx import wants_partial
from core.ui.nav import tell_count
from inbox.conversations.figures import COUNT_LIMIT, glance
from inbox.conversations.filters import VIEW_NAMES, ListFilter, NoSuchFilter, asked_filter
from inbox.conversations.models import Conversation
from inbox.conversations.queries import any_conversation, contact_page, inbox_page, label_name
from inbox.conversations.shelf import shelf

PAGE = "conversations/inbox.html"


@require_safe
@requires(Action.USE_INBOX)
def conversation_list(request: HttpRequest) -> HttpResponse:
    user, shown = user_for(request), list_filter(request)
    if wants_partial(request, "inbox-tabs"):
        fresh = {"shown": shown, "shelf": shelf(request, shown), "is_fresh": True}
        return render(request, f"{PAGE}#tabs", fresh | tabs_context(request, shown=shown))
    if wants_partial(request, "more-rows"):
        return render(request, f"{PAGE}#rows", rows_context(request, user=user, shown=shown))
    part = "#list" if wants_partial(request, "inbox-list") else ""
    return render(
        request, f"{PAGE}{part}", list_context(request, user=user, shown=shown) | {"conversation": None}
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


def list_filter(request: HttpRequest) -> ListFilter:
    """The list that a request names, open conversations by default. Raises Http404 for what is no filter."""
    try:
        return asked_filter(
            view=request.GET.get("view", ""),
            label=request.GET.get("label", ""),
            team=request.GET.get("team", ""),
            priority=request.GET.get("priority", ""),
        )
    except NoSuchFilter as error:
        raise Http404("no such view") from error


def tabs_context(request: HttpRequest, *, shown: ListFilter) -> dict[str, Any]:
    """The views with their counts in words, "" for none. Rail and bell are told what was counted for them."""
    seen = glance(user_for(request), shown=shown)
    words = {name: capped(count, limit=COUNT_LIMIT) for name, count in seen.counts.items() if count}
    tell_count(request, "inbox", words.get("inbox", ""))
    tell_count(request, "notices", in_words(seen.unread))
    url = reverse("inbox:list")
    tabs = [
        {
            "key": view.value,
            "label": label,
            "count": words.get(view.value, ""),
            "url": f"{url}?view={view}{shown.narrowing}",
        }
        for view, label in VIEW_NAMES.items()
    ]
    return {"tabs": tabs, "inbox_count": words.get("inbox", ""), "drafts": seen.drafts}


def list_context(request: HttpRequest, *, user: User, shown: ListFilter) -> dict[str, Any]:
    chips = _chips(shown) if shown.is_narrowed else []
    return (
        rows_context(request, user=user, shown=shown)
        | tabs_context(request, shown=shown)
        | {"chips": chips, "shelf": shelf(request, shown)}
    )


def rows_context(request: HttpRequest, *, user: User, shown: ListFilter) -> dict[str, Any]:
    page = _page(user, shown=shown, after=request.GET.get("after", ""))
    has_any = bool(page.items) or any_conversation()
    return {"shown": shown, "rows": page.items, "next_cursor": page.next_cursor, "has_any": has_any}


def _chips(shown: ListFilter) -> list[dict[str, str]]:
    """What narrows the list, in words, each with the address of the list without it."""
    url = reverse("inbox:list")
    found: list[tuple[str, str, str]] = []
    if shown.label is not None:
        found.append(("label", label_name(shown.label) or "A label that was deleted", "tag"))
    if shown.team is not None:
        found.append(("team", team_name(shown.team) or "A team that was deleted", "users"))
    if shown.priority is not None:
        found.append(("priority", f"Priority: {shown.priority.label}", "flag"))
    return [
        {"words": words, "icon": icon, "url": f"{url}?{shown.without(name)}"} for name, words, icon in found
    ]


def _page(user: User, *, shown: ListFilter, after: str) -> Page[Conversation]:
    try:
        return inbox_page(user, shown=shown, after=after)
    except BadCursor as error:
        raise Http404("no such page") from error
