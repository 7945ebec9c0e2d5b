"""The menus of an open conversation and of the list: whom to assign, how long to snooze, which labels.

Fetched when they are opened, so that a thread carries none of them. What is chosen is posted to sorting.py.
"""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.accounts.access import Action, may, requires, user_for
from core.accounts.models import Team, User
from core.accounts.queries import teammates
from inbox.conversations.access import access_conversation
from inbox.conversations.enums import Priority
from inbox.conversations.models import Conversation
from inbox.conversations.queries import all_labels
from inbox.conversations.views.lists import list_filter

PAGE = "conversations/menus.html"
KINDS = frozenset({"assign", "snooze", "priority", "labels", "more", "jump"})


@require_safe
@requires(Action.USE_INBOX)
def menu(request: HttpRequest, conversation_id: UUID, kind: str) -> HttpResponse:
    """One menu of one conversation. Raises Http404 for a kind that there is not."""
    if kind not in KINDS:
        raise Http404("no such menu")
    user = user_for(request)
    conversation = access_conversation(user, id=conversation_id)
    context = {"conversation": conversation, **_choices(kind, conversation=conversation, user=user)}
    return render(request, f"{PAGE}#{kind}", context)


@require_safe
@requires(Action.USE_INBOX)
def filter_menu(request: HttpRequest) -> HttpResponse:
    """What a list can be narrowed by."""
    context = {
        "shown": list_filter(request),
        "labels": all_labels(),
        "teams": Team.objects.order_by("name"),
        "priorities": [choice for choice in reversed(Priority) if choice],
        "may_manage": may(user_for(request), Action.MANAGE_LABELS),
    }
    return render(request, f"{PAGE}#filter", context)


def _choices(kind: str, *, conversation: Conversation, user: User) -> dict[str, Any]:
    if kind == "assign":
        people = [person for person in teammates() if person.id != user.id]
        return {"people": people, "teams": Team.objects.order_by("name")}
    if kind == "labels":
        held = {label.id for label in conversation.labels}
        labels = [(label, label.id in held) for label in all_labels()]
        return {"labels": labels, "may_manage": may(user, Action.MANAGE_LABELS)}
    if kind == "priority":
        return {"priorities": list(reversed(Priority))}
    return {}
