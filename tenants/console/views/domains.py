"""Where a workspace is found and whose client it is: its name, its domains, and moving either of them.

Each act says first what it means for whoever uses the old address; the acts are tenants/hosts/addresses.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tenants.access import View
from tenants.console.access import access_domain, access_workspace, console, operator
from tenants.console.forms import DomainForm, MoveDomainForm, MoveWorkspaceForm, NameForm
from tenants.console.rules import ConsoleAction
from tenants.console.sheets import render_in_sheet
from tenants.hosts import addresses
from tenants.hosts.lookalikes import readable
from tenants.models import Domain, Workspace
from tenants.redirects import go_to
from tenants.states import check_settled

PAGE = "console/workspace_act.html"

may_move = console(ConsoleAction.MOVE_WORKSPACES)
answers = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One act: what its sheet says beforehand, what is done, and what is said then."""

    title: str
    lead: str
    button: str
    act: Callable[[], object]
    done: str
    note: str = ""
    danger: bool = False
    form: forms.Form | None = None


def of_workspace(ask: Callable[[HttpRequest, Workspace], Ask]) -> View:
    """The view of an act on a workspace."""

    @wraps(ask)
    def view(request: HttpRequest, workspace_id: UUID) -> HttpResponseBase:
        row = access_workspace(request, workspace_id)
        return _answer(request, row, ask(request, row))

    return view


def of_domain(ask: Callable[[HttpRequest, Workspace, Domain], Ask]) -> View:
    """The view of an act on one of its domains."""

    @wraps(ask)
    def view(request: HttpRequest, workspace_id: UUID, domain_id: UUID) -> HttpResponseBase:
        domain = access_domain(request, workspace_id, domain_id)
        row = access_workspace(request, workspace_id)
        return _answer(request, row, ask(request, row, domain))

    return view


@may_move
@answers
@of_workspace
def rename(request: HttpRequest, row: Workspace) -> Ask:
    """Call it otherwise."""
    form = NameForm(request.POST or None, initial={"name": row.name})
    return Ask(
        title=f"Rename {row}",
        lead="Its team and its customers read the new name at once, in pages and in mails.",
        button="Rename",
        form=form,
        act=lambda: addresses.rename(row, name=form.cleaned_data["name"]),
        done="The name is changed.",
    )


@may_move
@answers
@of_workspace
def domain_new(request: HttpRequest, row: Workspace) -> Ask:
    """One more host at which it is found."""
    form = DomainForm(request.POST or None)
    return Ask(
        title="Add a domain",
        lead=f"{row} is found there too. The addresses we hand out stay as they are.",
        note="The domain must point to this installation before anybody can use it.",
        button="Add the domain",
        form=form,
        act=lambda: addresses.add_domain(row, host=form.cleaned_data["host"]),
        done="The domain is added.",
    )


@may_move
@answers
@of_domain
def domain_primary(request: HttpRequest, row: Workspace, domain: Domain) -> Ask:
    """Hand out addresses at this host from now on."""
    shown = readable(domain.host)
    return Ask(
        title=f"Make {shown} primary",
        lead=f"New mails come from an address at {shown}, and lead there.",
        note="What was sent before still works, as long as the domain it names stays here.",
        button="Make it primary",
        act=lambda: addresses.make_primary(domain),
        done=f"{shown} is the primary domain.",
    )


@may_move
@answers
@of_domain
def domain_remove(request: HttpRequest, row: Workspace, domain: Domain) -> Ask:
    """Nobody is found at this host any more."""
    shown = readable(domain.host)
    return Ask(
        title=f"Remove {shown}",
        lead=f"Links in mails already sent that lead to {shown} stop working, and mail to it comes back.",
        note=f"{row} stays open at its other addresses. You can add the domain again.",
        button="Remove 1 domain",
        danger=True,
        act=lambda: addresses.remove_domain(domain),
        done=f"{shown} is removed.",
    )


@may_move
@answers
@of_domain
def domain_move(request: HttpRequest, row: Workspace, domain: Domain) -> Ask:
    """Another client of the same reseller is found at this host."""
    shown = readable(domain.host)
    form = MoveDomainForm(request.POST or None, workspace=row)
    return Ask(
        title=f"Move {shown}",
        lead=f"Links in mails already sent that lead to {shown} stop working: they were {row}’s.",
        note="Answers to those mails reach the other workspace’s inbox. Choose whose it becomes.",
        button="Move 1 domain",
        danger=True,
        form=form,
        act=lambda: addresses.move_domain(domain, to=form.cleaned_data["workspace"]),
        done=f"{shown} is moved.",
    )


@operator
@answers
@of_workspace
def workspace_move(request: HttpRequest, row: Workspace) -> Ask:
    """Make it another reseller's client."""
    form = MoveWorkspaceForm(request.POST or None, workspace=row)
    return Ask(
        title=f"Move {row}",
        lead=f"{row.reseller} loses sight of it, and its team signs in again under the other brand.",
        note="Its data, its domains and its own brand go along. You can move it back.",
        button="Move 1 workspace",
        danger=True,
        form=form,
        act=lambda: addresses.move_workspace(row, to=form.cleaned_data["reseller"]),
        done=f"{row} is moved.",
    )


def _answer(request: HttpRequest, row: Workspace, ask: Ask) -> HttpResponseBase:
    """The sheet, or what became of it; an error stands at its field, or on the page where there is none.

    Nothing is asked about a workspace that may not be changed: the act itself would refuse it.
    """
    if problem := _tried(lambda: check_settled(row)):
        messages.error(request, " ".join(problem.messages))
        return go_to(request, "console:workspace", row.id)
    form = ask.form
    if request.method == "POST" and (form is None or form.is_valid()):
        problem = _tried(ask.act)
        if problem is None or form is None:
            tell = messages.error if problem else messages.success
            tell(request, " ".join(problem.messages) if problem else ask.done)
            return go_to(request, "console:workspace", row.id)
        at_home = set(getattr(problem, "error_dict", ())) <= set(form.fields)
        form.add_error(None, problem if at_home else ValidationError(problem.messages))
    context = {
        "title": ask.title,
        "lead": ask.lead,
        "note": ask.note,
        "button": ask.button,
        "danger": ask.danger,
        "form": form,
        "action_url": request.path,
        "back_url": reverse("console:workspace", args=[row.id]),
    }
    return render_in_sheet(request, PAGE, context, status=422 if form and form.is_bound else 200)


def _tried(act: Callable[[], object]) -> ValidationError | None:
    try:
        act()
    except ValidationError as error:
        return error
    return None
