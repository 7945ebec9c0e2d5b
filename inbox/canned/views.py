"""Canned replies: their settings page, and what the composer asks for."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts.access import Action, may, requires, user_for
from core.ui.sheets import deleting, saving
from inbox.canned.access import access_canned
from inbox.canned.domain.canned import delete_canned, said_in, save_canned
from inbox.canned.forms import CannedForm
from inbox.canned.models import CannedReply
from inbox.canned.queries import canned_for
from inbox.canned.tags import TAGS
from inbox.conversations.access import access_conversation

_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Action.USE_INBOX)
@require_safe
def canned_list(request: HttpRequest) -> HttpResponseBase:
    user = user_for(request)
    context = {"replies": canned_for(user), "may_manage": may(user, Action.MANAGE_CANNED)}
    return render(request, "canned/list.html", context)


@requires(Action.USE_INBOX)
@_methods
def canned_new(request: HttpRequest) -> HttpResponseBase:
    return _edit(request, None)


@requires(Action.USE_INBOX)
@_methods
def canned_edit(request: HttpRequest, canned_id: UUID) -> HttpResponseBase:
    return _edit(request, access_canned(user_for(request), id=canned_id, change=True))


@requires(Action.USE_INBOX)
@_methods
def canned_delete(request: HttpRequest, canned_id: UUID) -> HttpResponseBase:
    """What deleting one does, and doing it."""
    row = access_canned(user_for(request), id=canned_id, change=True)

    def does() -> tuple[str, str]:
        lead = "Nobody can put it into an answer any more." if row.is_shared else "It is yours alone."
        return lead, "What was sent with it stays as it is."

    def delete() -> str:
        delete_canned(row)
        return f"The canned reply {row} is deleted."

    return deleting(
        request,
        thing=f"the canned reply {row}",
        noun="canned reply",
        back="canned:list",
        does=does,
        delete=delete,
    )


@requires(Action.USE_INBOX)
@require_safe
def options(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The list that "/" opens in an answer."""
    user = user_for(request)
    conversation = access_conversation(user, id=conversation_id)
    context = {"replies": canned_for(user), "conversation": conversation}
    return render(request, "canned/options.html", context)


@requires(Action.USE_INBOX)
@require_safe
def said(request: HttpRequest, conversation_id: UUID, canned_id: UUID) -> HttpResponse:
    """What one says in this conversation, as plain text."""
    user = user_for(request)
    conversation = access_conversation(user, id=conversation_id)
    text = said_in(access_canned(user, id=canned_id), conversation, by=user)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _edit(request: HttpRequest, row: CannedReply | None) -> HttpResponseBase:
    user = user_for(request)
    initial = {"name": row.name, "code": row.code, "text": row.text, "shared": row.is_shared} if row else {}
    form = CannedForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        may_share=may(user, Action.MANAGE_CANNED),
        may_keep=not user.is_support,
    )
    return saving(
        request,
        form,
        page="canned/edit.html",
        context={"reply": row, "tags": TAGS},
        save=lambda said: (
            f"The canned reply {save_canned(row, by=user, **{'shared': form.shares, **said})} is saved."
        ),
        then="canned:list",
    )
