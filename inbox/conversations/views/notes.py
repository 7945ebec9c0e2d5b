"""What a teammate notes in a thread for the others; answers are writes.py."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.accounts.access import Action, requires, user_for
from core.ui.htmx import wants_partial
from inbox.conversations.access import access_conversation
from inbox.conversations.domain.notes import write_note
from inbox.conversations.forms import NoteForm
from inbox.conversations.mentioning import handles
from inbox.conversations.views.lists import PAGE
from inbox.conversations.views.thread import answer_thread, composer_context


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
        message = write_note(conversation, author=user, text=form.cleaned_data["text"])
        if wants_partial(request):
            return render(request, f"{PAGE}#message", {"message": message})
        return redirect("inbox:thread", conversation.id)
    if wants_partial(request):
        context = composer_context(request, conversation, note_form=form)
        return render(request, f"{PAGE}#composer", context, status=422)
    return answer_thread(request, conversation, note_form=form, status=422)
