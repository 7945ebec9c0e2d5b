"""Files of the answer, or (`?kind=note`) the note, that somebody writes: each comes in a request of its own.

Sending them is writes.py; where they are served is core/files.
"""

from urllib.parse import unquote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from core.accounts.access import requires, user_for
from core.files.domain.keep import NotKept, check_size
from core.ui.bodies import LARGEST, takes_body
from inbox.attachments.access import access_draft_file
from inbox.attachments.domain.drafts import add_file, take_back
from inbox.attachments.queries import shown_file
from inbox.conversations.access import access_conversation
from inbox.conversations.views.drafts import draft_kind
from inbox.conversations.views.lists import PAGE


@takes_body(LARGEST)
@require_POST
@requires("use_inbox")
def add(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The body is the file, X-File-Name its name in percent-encoded UTF-8; answered with its chip."""
    user = user_for(request)
    conversation = access_conversation(user, id=conversation_id)
    kind = draft_kind(request)
    name = unquote(request.headers.get("X-File-Name", ""))[:1000]
    try:
        row = add_file(conversation.id, user=user, name=name, data=_body(request, name=name), kind=kind)
    except NotKept as reason:
        return HttpResponse(str(reason), status=422, content_type="text/plain; charset=utf-8")
    context = {"conversation": conversation, "file": shown_file(row.file)}
    return render(request, f"{PAGE}#draft_file", context)


def _body(request: HttpRequest, *, name: str) -> bytes:
    """All of it; its length is looked at first. Raises NotKept."""
    length = request.headers.get("Content-Length", "")
    size = int(length[:20]) if length.isascii() and length.isdigit() else 0
    check_size(size, name=name)
    data = request.read(size)
    if len(data) != size:
        raise NotKept("The file did not come whole. Attach it again.")
    return data


@require_POST
@requires("use_inbox")
def remove(request: HttpRequest, conversation_id: UUID, file_id: UUID) -> HttpResponse:
    user = user_for(request)
    conversation = access_conversation(user, id=conversation_id)
    take_back(access_draft_file(user, conversation_id=conversation.id, file_id=file_id))
    return HttpResponse(status=204)
