"""Where a workspace is found and whose client it is: its name, its domains, and moving either of them.

Each act says first what it means for whoever uses the old address; the acts are tenants/addresses.py.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tenants import addresses
from tenants.console.access import access_domain, access_workspace, console, operator
from tenants.console.forms import DomainForm, MoveDomainForm, MoveWorkspaceForm, NameForm
from tenants.console.rules import ConsoleAction
from tenants.console.sheets import render_in_sheet
from tenants.lookalikes import readable
from tenants.models import Workspace
from tenants.redirects import go_to
from tenants.states import check_settled

PAGE = "console/workspace_act.html"
BOTH = ["GET", "HEAD", "POST"]
Words = dict[str, Any]


@console(ConsoleAction.MOVE_WORKSPACES)
@require_http_methods(BOTH)
def rename(request: HttpRequest, workspace_id: UUID) -> HttpResponseBase:
    """Call it otherwise."""
    row = access_workspace(request, workspace_id)
    form = NameForm(request.POST or None, initial={"name": row.name})
    words = {
        "title": f"Rename {row}",
        "lead": "Its team and its customers read the new name at once, in pages and in mails.",
        "button": "Rename",
    }
    return _answer(
        request, row, form=form, words=words, done="The name is changed.",
        act=lambda: addresses.rename(row, name=form.cleaned_data["name"]),
    )  # fmt: skip


@console(ConsoleAction.MOVE_WORKSPACES)
@require_http_methods(BOTH)
def domain_new(request: HttpRequest, workspace_id: UUID) -> HttpResponseBase:
    """One more host at which it is found."""
    row = access_workspace(request, workspace_id)
    form = DomainForm(request.POST or None)
    words = {
        "title": "Add a domain",
        "lead": f"{row} is found there too. The addresses we hand out stay as they are.",
        "note": "The domain must point to this installation before anybody can use it.",
        "button": "Add the domain",
    }
    return _answer(
        request, row, form=form, words=words, done="The domain is added.",
        act=lambda: addresses.add_domain(row, host=form.cleaned_data["host"]),
    )  # fmt: skip


@console(ConsoleAction.MOVE_WORKSPACES)
@require_http_methods(BOTH)
def domain_primary(request: HttpRequest, workspace_id: UUID, domain_id: UUID) -> HttpResponseBase:
    """Hand out addresses at this host from now on."""
    domain = access_domain(request, workspace_id, domain_id)
    shown = readable(domain.host)
    row = access_workspace(request, workspace_id)
    words = {
        "title": f"Make {shown} primary",
        "lead": f"New mails come from an address at {shown}, and lead there.",
        "note": "What was sent before still works, as long as the domain it names stays here.",
        "button": "Make it primary",
    }
    return _answer(
        request, row, words=words, done=f"{shown} is the primary domain.",
        act=lambda: addresses.make_primary(domain),
    )  # fmt: skip


@console(ConsoleAction.MOVE_WORKSPACES)
@require_http_methods(BOTH)
def domain_remove(request: HttpRequest, workspace_id: UUID, domain_id: UUID) -> HttpResponseBase:
    """Nobody is found at this host any more."""
    domain = access_domain(request, workspace_id, domain_id)
    shown = readable(domain.host)
    row = access_workspace(request, workspace_id)
    words = {
        "title": f"Remove {shown}",
        "lead": f"Links in mails already sent that lead to {shown} stop working, and mail to it comes back.",
        "note": f"{row} stays open at its other addresses. You can add the domain again.",
        "button": "Remove 1 domain",
        "danger": True,
    }
    return _answer(
        request, row, words=words, done=f"{shown} is removed.",
        act=lambda: addresses.remove_domain(domain),
    )  # fmt: skip


@console(ConsoleAction.MOVE_WORKSPACES)
@require_http_methods(BOTH)
def domain_move(request: HttpRequest, workspace_id: UUID, domain_id: UUID) -> HttpResponseBase:
    """Another client of the same reseller is found at this host."""
    domain = access_domain(request, workspace_id, domain_id)
    shown = readable(domain.host)
    row = access_workspace(request, workspace_id)
    form = MoveDomainForm(request.POST or None, workspace=row)
    words = {
        "title": f"Move {shown}",
        "lead": f"Links in mails already sent that lead to {shown} stop working: they were {row}’s.",
        "note": "Answers to those mails reach the other workspace’s inbox. Choose whose it becomes.",
        "button": "Move 1 domain",
        "danger": True,
    }
    return _answer(
        request, row, form=form, words=words, done=f"{shown} is moved.",
        act=lambda: addresses.move_domain(domain, to=form.cleaned_data["workspace"]),
    )  # fmt: skip


@operator
@require_http_methods(BOTH)
def workspace_move(request: HttpRequest, workspace_id: UUID) -> HttpResponseBase:
    """Make it another reseller's client."""
    row = access_workspace(request, workspace_id)
    form = MoveWorkspaceForm(request.POST or None, workspace=row)
    words = {
        "title": f"Move {row}",
        "lead": f"{row.reseller} loses sight of it, and its team signs in again under the other brand.",
        "note": "Its data, its domains and its own brand go along. You can move it back.",
        "button": "Move 1 workspace",
        "danger": True,
    }
    return _answer(
        request, row, form=form, words=words, done=f"{row} is moved.",
        act=lambda: addresses.move_workspace(row, to=form.cleaned_data["reseller"]),
    )  # fmt: skip


def _answer(
    request: HttpRequest,
    row: Workspace,
    *,
    words: Words,
    done: str,
    act: Callable[[], Any],
    form: forms.Form | None = None,
) -> HttpResponseBase:
    """The sheet, or what became of it; an error stands at its field, or on the page where there is none.

    Nothing is asked about a workspace that may not be changed: the act itself would refuse it.
    """
    if problem := _tried(lambda: check_settled(row)):
        messages.error(request, " ".join(problem.messages))
        return go_to(request, "console:workspace", row.id)
    if request.method == "POST" and (form is None or form.is_valid()):
        problem = _tried(act)
        if problem is None or form is None:
            tell = messages.error if problem else messages.success
            tell(request, " ".join(problem.messages) if problem else done)
            return go_to(request, "console:workspace", row.id)
        at_home = set(getattr(problem, "error_dict", ())) <= set(form.fields)
        form.add_error(None, problem if at_home else ValidationError(problem.messages))
    back_url = reverse("console:workspace", args=[row.id])
    context = {**words, "form": form, "action_url": request.path, "back_url": back_url}
    return render_in_sheet(request, PAGE, context, status=422 if form and form.is_bound else 200)


def _tried(act: Callable[[], Any]) -> ValidationError | None:
    try:
        act()
    except ValidationError as error:
        return error
    return None
