"""Asking for a job, its menus, and what becomes of it. Support people do nothing to many at once.

Each is one form: what a bulk bar and its menus send is forms.py; the work itself is domain/.
"""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.accounts.access import Action, may, not_inside, requires, user_for
from core.accounts.queries import teammates, teams_by_name
from core.ui.htmx import wants_partial
from core.ui.toasts import toast
from inbox.bulk.access import access_job
from inbox.bulk.domain.ask import CannotUndo, NothingChosen, TooManyJobs, ask, stop, undo
from inbox.bulk.forms import BulkForm
from inbox.bulk.models import BulkJob
from inbox.bulk.queries import count_all, shown_jobs
from inbox.conversations.enums import Priority
from inbox.conversations.queries import all_labels
from inbox.conversations.views.lists import list_filter

PAGE = "bulk/menus.html"
KINDS = frozenset({"assign", "snooze", "priority", "label", "unlabel", "more"})


@require_POST
@not_inside
@requires(Action.USE_INBOX)
def start(request: HttpRequest) -> HttpResponse:
    user = user_for(request)
    form = BulkForm(request.POST, user=user)
    if not form.is_valid():
        return _refused(request, "; ".join(str(one) for errors in form.errors.values() for one in errors))
    names = ("act", "value", "says", "shown", "ids")
    try:
        job = ask(user, **{name: form.cleaned_data[name] for name in names})
    except (TooManyJobs, NothingChosen) as reason:
        return _refused(request, str(reason))
    return _answer(request, job)


@require_safe
@not_inside
@requires(Action.USE_INBOX)
def count(request: HttpRequest) -> HttpResponse:
    """How many conversations the list of this address has, as text with separators."""
    return HttpResponse(
        f"{count_all(user_for(request), shown=list_filter(request)):,}", content_type="text/plain"
    )


@require_safe
@not_inside
@requires(Action.USE_INBOX)
def menu(request: HttpRequest, kind: str) -> HttpResponse:
    """One menu of the bar. Raises Http404 for a kind that there is not."""
    if kind not in KINDS:
        raise Http404("no such menu")
    context: dict[str, Any] = {"may_delete": may(user_for(request), Action.DELETE_CONVERSATIONS)}
    if kind == "assign":
        context |= {"people": teammates(), "teams": teams_by_name()}
    if kind in {"label", "unlabel"}:
        context |= {"labels": all_labels(), "do": kind}
    if kind == "priority":
        context |= {"priorities": list(reversed(Priority))}
    return render(request, f"{PAGE}#{'labels' if 'do' in context else kind}", context)


@require_safe
@not_inside
@requires(Action.USE_INBOX)
def jobs(request: HttpRequest) -> HttpResponse:
    """One's own jobs of this moment, as a part of the page."""
    return render(request, "bulk/jobs.html", {"jobs": shown_jobs(user_for(request))})


@require_POST
@not_inside
@requires(Action.USE_INBOX)
def stop_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    return _answer(request, stop(access_job(user_for(request), id=job_id)))


@require_POST
@not_inside
@requires(Action.USE_INBOX)
def undo_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    job = access_job(user_for(request), id=job_id)
    if not may(user_for(request), job.needs):
        raise PermissionDenied
    try:
        return _answer(request, undo(job))
    except CannotUndo as reason:
        return _refused(request, str(reason))


def _answer(request: HttpRequest, job: BulkJob) -> HttpResponse:
    if wants_partial(request):
        return render(request, "bulk/job.html", {"job": job, "oob": True})
    return redirect("inbox:list")


def _refused(request: HttpRequest, reason: str) -> HttpResponse:
    if wants_partial(request):
        return toast(HttpResponse(), reason, level="error")
    return HttpResponse(reason, status=400, content_type="text/plain")
