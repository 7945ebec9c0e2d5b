"""What a teammate does in a thread: answer, send again, mark as seen.

Each is one POST: access, form, one domain call, one part of the page. Deciding about it is sorting.py.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.http import require_POST

from core.accounts.access import requires, user_for
from core.api.throttle import hit
from core.notices.domain.reading import read_about
from core.ui.toasts import toast
from inbox.conversations.access import access_conversation, access_message
from inbox.conversations.domain.replies import CannotReply, queue_reply, retry_reply
from inbox.conversations.domain.seen import mark_seen
from inbox.conversations.domain.sending import CannotSend
from inbox.conversations.forms import ReplyForm
from inbox.conversations.views.thread import answer_composer, answer_message

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
            return answer_message(request, queue_reply(conversation, author=user, **form.written))
        except CannotSend as reason:
            form.add_error("text", str(reason))
    return answer_composer(request, conversation, reply_form=form)


@require_POST
@requires("use_inbox")
def retry(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    message = access_message(user_for(request), conversation_id=conversation_id, id=message_id)
    try:
        return answer_message(request, retry_reply(message))
    except CannotReply as reason:
        return toast(answer_message(request, message), str(reason), level="error")


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
