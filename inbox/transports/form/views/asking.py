"""What a teammate does about a lead that came through a form: have its address confirmed after all."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from core.accounts.access import Action, requires, user_for
from core.ui.toasts import toast
from inbox.conversations.views.thread import answer_message
from inbox.transports.form.access import access_submission
from inbox.transports.form.domain.confirming import CannotAsk, ask_after_all


@require_POST
@requires(Action.USE_INBOX)
def ask(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    submission = access_submission(user_for(request), id=submission_id)
    try:
        return answer_message(request, ask_after_all(submission))
    except CannotAsk as reason:
        return toast(answer_message(request, submission.message), str(reason), level="error")
