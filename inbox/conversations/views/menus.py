"""The menus of an open conversation and of the list: whom to assign, how long to snooze, which labels.

Fetched when they are opened, so that a thread carries none of them. What is chosen is posted to sorting.py.
"""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.accounts.access import Action, may, requires, user_for
from core.accounts.models import User
from core.accounts.queries import teammates, teams_by_name
from core.realtime.presence import presence_of
from core.ui.htmx import wants_partial
from inbox.conversations.access import access_conversation
from inbox.conversations.enums import Priority
from inbox.conversations.models import Conversation
from inbox.conversations.queries import all_labels
from inbox.conversations.views.lists import list_filter

PAGE = "conversations/menus.html"
WHOLE = "conversations/menu_page.html"
KINDS = {
    "assign": "Assign",
    "snooze": "Snooze",
    "priority": "Priority",
    "labels": "Labels",
    "more": "More",
    "jump": "Go to a message",
}
"""The menus of a conversation, and what each is called on a page of its own."""


@require_safe
@requires(Action.USE_INBOX)
def menu(request: HttpRequest, conversation_id: UUID, kind: str) -> HttpResponse:
    """One menu of one conversation. Raises Http404 for a kind that there is not."""
    if kind not in KINDS:
        raise Http404("no such menu")
    user = user_for(request)
    conversation = access_conversation(user, id=conversation_id)
    context = {"conversation": conversation, **_choices(kind, conversation=conversation, user=user)}
    title = f"{KINDS[kind]}: {conversation.contact.display_name}"
    back_url = reverse("inbox:thread", args=[conversation.id])
    return _answer(request, kind, context, title=title, back_url=back_url)


@require_safe
@requires(Action.USE_INBOX)
def filter_menu(request: HttpRequest) -> HttpResponse:
    """What a list can be narrowed by."""
    shown = list_filter(request)
    context = {
        "shown": shown,
        "labels": all_labels(),
        "teams": teams_by_name(),
        "priorities": [choice for choice in reversed(Priority) if choice],
        "may_manage": may(user_for(request), Action.MANAGE_LABELS),
    }
    back_url = f"{reverse('inbox:list')}?{shown.query}"
    return _answer(request, "filter", context, title="Filter the inbox", back_url=back_url)


def _answer(
    request: HttpRequest, part: str, context: dict[str, Any], *, title: str, back_url: str
) -> HttpResponse:
    """The menu alone, or a page around it for whoever follows its opener without a script."""
    if wants_partial(request):
        return render(request, f"{PAGE}#{part}", context)
    around = {"title": title, "back_url": back_url, "part": f"{PAGE}#{part}"}
    return render(request, WHOLE, context | around)


def _choices(kind: str, *, conversation: Conversation, user: User) -> dict[str, Any]:
    if kind == "assign":
        people = [person for person in teammates() if person.id != user.id]
        here = presence_of([person.id for person in people])
        people_here = [(person, here[person.id]) for person in people]
        return {"people": people_here, "teams": teams_by_name()}
    if kind == "labels":
        held = {label.id for label in conversation.labels}
        labels = [(label, label.id in held) for label in all_labels()]
        return {"labels": labels, "may_manage": may(user, Action.MANAGE_LABELS)}
    if kind == "priority":
        return {"priorities": list(reversed(Priority))}
    return {}
