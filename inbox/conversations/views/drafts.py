"""One's own words while they are written, of an answer or (`?kind=note`) a note: saved for any window."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from core.accounts.access import requires, user_for
from core.api.throttle import hit
from inbox.attachments.enums import DraftKind
from inbox.conversations.access import access_conversation
from inbox.conversations.domain.drafts import DraftIsNewer, save_draft
from inbox.conversations.forms import DraftForm
from inbox.conversations.models import Draft
from inbox.conversations.queries import own_draft

PER_PERSON = {"limit": 5, "seconds": 5}
"""One write a second, and a few at once when a thread is left."""


@require_http_methods(["GET", "POST"])
@requires("use_inbox")
def draft(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """What stands as {text, version}; 409 with that when a POST does not know of it, 429 too soon."""
    user, kind = user_for(request), draft_kind(request)
    conversation = access_conversation(user, id=conversation_id)
    if request.method == "GET":
        return _answer(own_draft(conversation.id, user=user, kind=kind))
    form = DraftForm(request.POST)
    if not form.is_valid():
        errors = " ".join(str(error) for found in form.errors.values() for error in found)
        return HttpResponse(errors, status=422, content_type="text/plain; charset=utf-8")
    if not (verdict := hit(f"draft:{user.id}", **PER_PERSON)).allowed:
        return HttpResponse("Wait a moment.", status=429, headers=verdict.headers)
    try:
        return _answer(save_draft(conversation, user=user, kind=kind, **form.cleaned_data))
    except DraftIsNewer as newer:
        return _answer(newer.draft, status=409)


def draft_kind(request: HttpRequest) -> DraftKind:
    """Whose box the request is about, an answer's where it does not say. Raises Http404."""
    try:
        return DraftKind(request.GET.get("kind", DraftKind.REPLY.value))
    except ValueError as error:
        raise Http404("no such draft") from error


def _answer(row: Draft | None, *, status: int = 200) -> JsonResponse:
    found = {"text": row.text, "version": row.version} if row else {"text": "", "version": ""}
    return JsonResponse(found, status=status, headers={"Cache-Control": "no-store, private"})
