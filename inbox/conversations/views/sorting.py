"""What a teammate decides about a conversation: state, snooze, assignee, team, priority, labels.

Each is one POST: access, check, one domain call, the pieces that changed. Answers are writes.py.
"""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from core.accounts.access import requires, user_for
from core.accounts.models import User
from core.ui.htmx import wants_partial
from core.ui.toasts import toast
from inbox.conversations.access import (
    access_conversation,
    access_label,
    access_person_to_assign,
    access_team_to_give,
)
from inbox.conversations.domain import sorting, state
from inbox.conversations.domain.holding import Gone
from inbox.conversations.enums import Priority, State
from inbox.conversations.models import Conversation
from inbox.conversations.snoozing import asked_moment
from inbox.conversations.views.thread import answer_thread

SAID = {
    State.OPEN: "Open again.",
    State.PENDING: "Pending until they write.",
    State.RESOLVED: "Resolved.",
}
ACTS = {State.OPEN: state.reopen, State.PENDING: state.set_pending, State.RESOLVED: state.resolve}


@require_POST
@requires("use_inbox")
def set_state(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    user = user_for(request)
    conversation = access_conversation(user, id=conversation_id)
    wanted = request.POST.get("state", "")
    if wanted not in ACTS:
        return HttpResponseBadRequest("Say which state the conversation gets: open, pending or resolved.")
    ACTS[State(wanted)](conversation, by=user)
    answer = _answer_thread(request, conversation_id)
    return toast(answer, SAID[State(wanted)], undo_url=_undo(request, conversation, wanted=wanted))


@require_POST
@requires("use_inbox")
def set_snooze(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """`until` or `at` is a moment (snoozing.py); "reply" is the contact's next message."""
    user = user_for(request)
    conversation = access_conversation(user, id=conversation_id)
    text = request.POST.get("until", "")
    until = asked_moment(text, at=request.POST.get("at", ""), now=timezone.now())
    if until is None and text != "reply":
        return _refused(request, conversation_id, "Say until when: a day and a time.")
    try:
        state.snooze(conversation, until=until, by=user)
    except state.CannotSnooze as reason:
        return _refused(request, conversation_id, str(reason))
    answer = _answer_thread(request, conversation_id)
    said = "Snoozed." if until else "Snoozed until they write."
    return toast(answer, said, undo_url=_undo(request, conversation, wanted=State.SNOOZED))


@require_POST
@requires("use_inbox")
def set_assignee(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Make it mine, with `to=<id>` a teammate's, or nobody's with `to=nobody`."""
    user = user_for(request)
    conversation = access_conversation(user, id=conversation_id)
    try:
        sorting.assign(conversation, to=_assignee(request.POST.get("to", ""), user=user), by=user)
    except Gone as reason:
        return _refused(request, conversation_id, str(reason))
    except sorting.CannotAssign as reason:
        raise PermissionDenied from reason
    return _answer_thread(request, conversation_id)


@require_POST
@requires("use_inbox")
def set_team(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """`team` is the id of a team, or "" for none."""
    user = user_for(request)
    conversation = access_conversation(user, id=conversation_id)
    asked = request.POST.get("team", "")
    try:
        team = access_team_to_give(user, id=_uuid(asked)) if asked else None
        sorting.assign_team(conversation, to=team, by=user)
    except Gone as reason:
        return _refused(request, conversation_id, str(reason))
    return _answer_thread(request, conversation_id)


@require_POST
@requires("use_inbox")
def set_priority(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    user = user_for(request)
    conversation = access_conversation(user, id=conversation_id)
    text = request.POST.get("priority", "")
    if text not in {str(choice.value) for choice in Priority}:
        return HttpResponseBadRequest("Say which priority: 0 for none to 4 for urgent.")
    sorting.set_priority(conversation, priority=Priority(int(text)), by=user)
    return _answer_thread(request, conversation_id)


@require_POST
@requires("use_inbox")
def set_label(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Put `label` on it, or with `off=1` take it off."""
    user = user_for(request)
    conversation = access_conversation(user, id=conversation_id)
    label = access_label(user, id=_uuid(request.POST.get("label", "")))
    act = sorting.remove_label if request.POST.get("off") else sorting.add_label
    try:
        act(conversation, label=label, by=user)
    except (sorting.TooManyLabels, Gone) as reason:
        return _refused(request, conversation_id, str(reason))
    return _answer_thread(request, conversation_id)


def _undo(request: HttpRequest, before: Conversation, *, wanted: str) -> str:
    """Where the state before is posted, its query being the values; "" when it is the same."""
    if before.state == wanted:
        return ""
    if before.state == State.SNOOZED:
        until = before.snoozed_until.isoformat() if before.snoozed_until else "reply"
        return f"{_sibling(request, 'snooze')}?until={until.replace('+', '%2B')}"
    return f"{_sibling(request, 'state')}?state={before.state}"


def _sibling(request: HttpRequest, name: str) -> str:
    """Another address of the same conversation."""
    return f"{request.path.rstrip('/').rpartition('/')[0]}/{name}/"


def _assignee(text: str, *, user: User) -> User | None:
    """Raises Gone."""
    if text == "nobody":
        return None
    if not text or text == str(user.id):
        return user
    return access_person_to_assign(user, id=_uuid(text))


def _uuid(text: str) -> UUID:
    """An id from a form; what is none becomes one that nothing has."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _refused(request: HttpRequest, conversation_id: UUID, reason: str) -> HttpResponse:
    if wants_partial(request):
        return toast(_answer_thread(request, conversation_id), reason, level="error")
    return HttpResponseBadRequest(reason)


def _answer_thread(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The head, row and panel that changed, or the whole page without a script."""
    conversation = access_conversation(user_for(request), id=conversation_id)
    if not wants_partial(request):
        return redirect("inbox:thread", conversation_id)
    if wants_partial(request, "reading"):
        return answer_thread(request, conversation)
    return render(request, "conversations/live.html#conversation_changed", {"conversation": conversation})
