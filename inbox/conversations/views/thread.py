"""One conversation: its page, more of its messages, and the mail of a message as it was laid out.

Answers and changes are writes.py.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from core.accounts.access import Action, requires, user_for
from core.accounts.models import User
from core.contacts.panels import drawn_panels
from core.ui.htmx import wants_partial
from inbox.attachments.enums import DraftKind
from inbox.attachments.queries import ShownFile, draft_files, shown_file
from inbox.conversations.access import access_conversation, access_message
from inbox.conversations.domain.replies import obstacle
from inbox.conversations.forms import NoteForm, ReplyForm
from inbox.conversations.layout import with_pictures
from inbox.conversations.models import Conversation, Message
from inbox.conversations.moments import seq_from
from inbox.conversations.queries import THREAD_SIZE, own_drafts, readers, thread_page
from inbox.conversations.views.lists import PAGE, list_context, list_filter

MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline';"
    " img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
"""A stranger's HTML loads nothing, runs nothing, and stands in our own frame only."""


@require_safe
@requires(Action.USE_INBOX)
def thread(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    conversation = access_conversation(user_for(request), id=conversation_id)
    if (more := _more_messages(request, conversation)) is not None:
        return render(request, f"{PAGE}#older", more)
    if wants_partial(request, "panel"):
        return render(request, f"{PAGE}#panel", panel_context(request, conversation))
    at = _seq(request, "at") if "at" in request.GET else None
    return answer_thread(request, conversation, at=at)


def _more_messages(request: HttpRequest, conversation: Conversation) -> dict[str, Any] | None:
    """Messages to be put into the open thread, as the browser asks for them; None where it asks for more."""
    if wants_partial(request, "older-messages"):
        return messages_context(conversation, before=_seq(request, "before"))
    if wants_partial(request, "newer-messages"):
        return messages_context(conversation, after=_seq(request, "after"))
    if wants_partial(request, "messages"):
        return messages_context(conversation, at=_place(request, conversation))
    if wants_partial(request) and "first" in request.GET:
        return between_context(conversation, first=_seq(request, "first"), last=_seq(request, "last"))
    return None


@require_safe
@xframe_options_sameorigin
@requires(Action.USE_INBOX)
def message_html(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    message = access_message(user_for(request), conversation_id=conversation_id, id=message_id)
    if not message.body_html:
        raise Http404("this message has no HTML")
    page = format_html(
        '<!doctype html><html><head><meta charset="utf-8"><title>Mail</title></head><body>{}</body></html>',
        mark_safe(with_pictures(message)),  # noqa: S308 - sanitised when it came in, served under MAIL_POLICY
    )
    return HttpResponse(
        page, headers={"Content-Security-Policy": MAIL_POLICY, "Cache-Control": "no-store, private"}
    )


def answer_thread(
    request: HttpRequest,
    conversation: Conversation,
    *,
    at: int | None = None,
    reply_form: ReplyForm | None = None,
    note_form: NoteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The thread, at its end or around `at`; the whole page around it where htmx did not ask for a part."""
    context = thread_context(request, conversation, at=at, reply_form=reply_form, note_form=note_form)
    if wants_partial(request):
        return render(request, f"{PAGE}#thread", context, status=status)
    around = list_context(request, user=user_for(request), shown=list_filter(request))
    return render(request, PAGE, around | context, status=status)


def answer_message(request: HttpRequest, message: Message) -> HttpResponse:
    """What was stored, or the whole page without a script."""
    if wants_partial(request):
        return render(request, f"{PAGE}#message", {"message": message})
    return redirect("inbox:thread", message.conversation_id)


def answer_composer(
    request: HttpRequest,
    conversation: Conversation,
    *,
    reply_form: ReplyForm | None = None,
    note_form: NoteForm | None = None,
) -> HttpResponse:
    """What was refused, with why."""
    if wants_partial(request):
        context = composer_context(request, conversation, reply_form=reply_form, note_form=note_form)
        return render(request, f"{PAGE}#composer", context, status=422)
    return answer_thread(request, conversation, reply_form=reply_form, note_form=note_form, status=422)


def thread_context(
    request: HttpRequest,
    conversation: Conversation,
    *,
    at: int | None = None,
    reply_form: ReplyForm | None = None,
    note_form: NoteForm | None = None,
) -> dict[str, Any]:
    return (
        messages_context(conversation, at=at)
        | composer_context(request, conversation, reply_form=reply_form, note_form=note_form)
        | panel_context(request, conversation)
        | {"readers": readers(conversation.id)}
    )


def panel_context(request: HttpRequest, conversation: Conversation) -> dict[str, Any]:
    contact = conversation.contact
    panels = drawn_panels(request, contact=contact, conversation=conversation)
    return {"conversation": conversation, "contact": contact, "panels": panels}


def composer_context(
    request: HttpRequest,
    conversation: Conversation,
    *,
    reply_form: ReplyForm | None = None,
    note_form: NoteForm | None = None,
) -> dict[str, Any]:
    """What the reply box and the note box show; a note that was refused stands in front."""
    user = user_for(request)
    drafts, files = own_drafts(conversation.id, user=user), _draft_files(conversation, user=user)
    return {
        "conversation": conversation,
        "reply_form": reply_form or ReplyForm(),
        "note_form": note_form or NoteForm(),
        "writes_note": note_form is not None,
        "obstacle": obstacle(conversation),
        "draft": drafts.get(DraftKind.REPLY),
        "note_draft": drafts.get(DraftKind.NOTE),
        "draft_files": files.get(DraftKind.REPLY, []),
        "note_files": files.get(DraftKind.NOTE, []),
        "file_limits": {
            "one": settings.FILE_MAX_BYTES,
            "all": settings.MESSAGE_FILES_MAX_BYTES,
            "count": settings.MESSAGE_FILES_MAX,
        },
        "way": conversation.transport.way(conversation),
    }


def _draft_files(conversation: Conversation, *, user: User) -> dict[str, list[ShownFile]]:
    """What stands on this person's drafts, by kind, in one question."""
    found: dict[str, list[ShownFile]] = {}
    for row in draft_files(conversation.id, user=user, kind=None):
        found.setdefault(row.kind, []).append(shown_file(row.file))
    return found


def messages_context(
    conversation: Conversation,
    *,
    before: int | None = None,
    after: int | None = None,
    at: int | None = None,
) -> dict[str, Any]:
    page = thread_page(conversation, before=before, after=after, at=at)
    return {
        "conversation": conversation,
        "messages": page.messages,
        "older_cursor": page.older or "",
        "newer_cursor": page.newer or "",
        "marked": at,
    }


def between_context(conversation: Conversation, *, first: int, last: int) -> dict[str, Any]:
    """Messages from `first` on that the page has taken out, at most to `last` or as many as a page holds."""
    size = max(1, min(last - first + 1, THREAD_SIZE))
    messages = thread_page(conversation, after=max(first - 1, 0), size=size).messages
    return {"conversation": conversation, "messages": messages}


def _place(request: HttpRequest, conversation: Conversation) -> int | None:
    """Where in the thread is asked for, by a seq or a moment (seconds since 1970); None for its end."""
    if "on" in request.GET:
        return seq_from(conversation, moment=datetime.fromtimestamp(_number(request, "on", most=11), tz=UTC))
    return _seq(request, "at") if "at" in request.GET else None


def _seq(request: HttpRequest, name: str) -> int:
    """The number of a message, out of an address. Raises Http404."""
    return _number(request, name, most=9)


def _number(request: HttpRequest, name: str, *, most: int) -> int:
    text = request.GET.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > most:
        raise Http404("no such page")
    return int(text)
