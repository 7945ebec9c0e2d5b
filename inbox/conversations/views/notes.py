"""What a teammate notes in a thread for the others; answers are writes.py."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from core.accounts.access import Action, requires, user_for
from inbox.conversations.access import access_conversation
from inbox.conversations.domain.notes import write_note
from inbox.conversations.domain.sending import CannotSend
from inbox.conversations.forms import NoteForm
from inbox.conversations.mentioning import handles
from inbox.conversations.views.thread import answer_composer, answer_message


@require_safe
@requires(Action.USE_INBOX)
def mentionable(request: HttpRequest) -> HttpResponse:
    """Whom a note can mention, as options for the box it is written in."""
    return render(request, "conversations/mentionable.html", {"handles": handles()})


@require_POST
@requires(Action.USE_INBOX)
def note(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    user = user_for(request)
    conversation = access_conversation(user, id=conversation_id)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            return answer_message(request, write_note(conversation, author=user, **form.written))
        except CannotSend as reason:
            form.add_error("text", str(reason))
    return answer_composer(request, conversation, note_form=form)
