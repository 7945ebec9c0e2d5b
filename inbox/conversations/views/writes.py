"""What a teammate does in a thread: answer, send again, mark as seen.

Each is one POST: access, form, one domain call, one part of the page. Deciding about it is sorting.py.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from core.accounts.access import requires, user_for
from core.accounts.models import User
from core.api.throttle import hit
from core.notices.domain.reading import read_about
from core.ui.htmx import wants_partial
from core.ui.toasts import toast
from inbox.conversations.access import access_conversation, access_message
from inbox.conversations.domain.replies import CannotReply, queue_reply, retry_reply
from inbox.conversations.domain.seen import mark_seen
from inbox.conversations.forms import ReplyForm
from inbox.conversations.models import Conversation, Message
from inbox.conversations.views.lists import PAGE
from inbox.conversations.views.thread import answer_thread, composer_context

SEEN = {"limit": 1, "seconds": 1}
"""Marks of one person in a conversation, from all their windows; what is refused, the browser tells again."""


@require_POST
@requires("use_inbox")
def reply(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    user = user_for(request)
    conversation = access_conversation(user, id=conversation_id)
    form = ReplyForm(request.POST)
    if form.is_valid():
        try:
            return _answer_message(request, _queue(conversation, author=user, said=form.cleaned_data))
        except CannotReply as reason:
            form.add_error("text", str(reason))
    return _answer_composer(request, conversation, form=form)


@require_POST
@requires("use_inbox")
def retry(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    message = access_message(user_for(request), conversation_id=conversation_id, id=message_id)
    try:
        return _answer_message(request, retry_reply(message))
    except CannotReply as reason:
        return toast(_answer_message(request, message), str(reason), level="error")


@require_POST
@requires("use_inbox")
def seen(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    user = user_for(request)
    conversation = access_conversation(user, id=conversation_id)
    text = request.POST.get("seq", "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        return HttpResponseBadRequest("Say up to which message.")
    if not (verdict := hit(f"seen:{user.id}:{conversation.id}", **SEEN)).allowed:
        return HttpResponse(status=429, headers=verdict.headers)
    mark_seen(conversation, user=user, seq=int(text))
    read_about(user, about=conversation.id)
    return HttpResponse(status=204)


def _queue(conversation: Conversation, *, author: User, said: dict[str, Any]) -> Message:
    return queue_reply(
        conversation,
        author=author,
        text=said["text"],
        file_ids=said["attached"],
        client_key=said["client_key"],
        draft=said["draft"] if said["client_key"] else None,
    )


def _answer_message(request: HttpRequest, message: Message) -> HttpResponse:
    if wants_partial(request):
        return render(request, f"{PAGE}#message", {"message": message})
    return redirect("inbox:thread", message.conversation_id)


def _answer_composer(request: HttpRequest, conversation: Conversation, *, form: ReplyForm) -> HttpResponse:
    if wants_partial(request):
        context = composer_context(request, conversation, reply_form=form)
        return render(request, f"{PAGE}#composer", context, status=422)
    return answer_thread(request, conversation, reply_form=form, status=422)
