"""The team of a workspace, among its settings: who is in it, with which role; add, change, take access away.

The acts themselves are domain/users.py and domain/invitations.py.
"""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.accounts.access import access_teammate, requires, user_for
from core.accounts.domain import users
from core.accounts.domain.invitations import invite, invite_again, team_troubles
from core.accounts.forms import ChosenRole, TeammateForm
from core.accounts.models import User
from core.accounts.queries import role_offers, team
from core.accounts.rules import Action
from core.api.queries import working_keys
from core.ui.htmx import render_in_sheet
from tenants.middleware import site_for
from tenants.redirects import go_to


@requires(Action.MANAGE_TEAM)
@require_safe
def team_list(request: HttpRequest) -> HttpResponseBase:
    """Everybody, with what may be done about them."""
    people = list(team())
    found = team_troubles(people)
    shown = [(person, found.get(person.id, "")) for person in people]
    return render(request, "account/team.html", {"people": shown})


@requires(Action.MANAGE_TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def team_add(request: HttpRequest) -> HttpResponseBase:
    """A new teammate, who gets a mail with their link."""
    form = TeammateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = invite(
                **form.cleaned_data, site=site_for(request), invited_by=user_for(request).display_name
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{user.display_name} gets a mail with a link to come in.")
            return go_to(request, "team:list")
    status = 422 if form.is_bound else 200
    context = {"form": form, "roles": role_offers(), "chosen": form["role"].value()}
    return render_in_sheet(request, "account/team_add.html", context, status=status)


@requires(Action.MANAGE_TEAM)
@require_safe
def team_choose_role(request: HttpRequest, user_id: UUID) -> HttpResponseBase:
    """The roles there are and what each may do, before somebody is given another one."""
    person = access_teammate(user_for(request), user_id)
    context = {"person": person, "roles": role_offers(), "chosen": person.role_value}
    return render_in_sheet(request, "account/team_role.html", context)


@requires(Action.MANAGE_TEAM)
@require_POST
def team_role(request: HttpRequest, user_id: UUID) -> HttpResponseBase:
    """Another role."""
    person = access_teammate(user_for(request), user_id)
    form = ChosenRole(request.POST)
    if not form.is_valid():
        return _done(request, error="Choose one of the roles.")
    try:
        users.change_role(person, **form.cleaned_data)
    except ValidationError as error:
        return _done(request, error=" ".join(error.messages))
    return _done(request, f"{person} has a new role.")


@requires(Action.MANAGE_TEAM)
@require_safe
def team_take_access(request: HttpRequest, user_id: UUID) -> HttpResponseBase:
    """What taking somebody's access away does, before it is done."""
    person = access_teammate(user_for(request), user_id)
    if not person.is_active:
        return go_to(request, "team:list")
    context = {
        "title": f"Take access away from {person}",
        "lead": "1 person is signed out everywhere and cannot come back in; nothing is deleted.",
        "note": f"What they wrote stays, their seat is free, and you can give access back at any time."
        f"{_about_keys(person)}",
        "button": "Take access away",
        "action_url": reverse("team:access", args=[person.id]),
        "back_url": reverse("team:list"),
    }
    return render_in_sheet(request, "ui/ask.html", context)


def _about_keys(person: User) -> str:
    count = working_keys().filter(created_by=person).count()
    if not count:
        return ""
    return (
        f" {count} API key{'' if count == 1 else 's'} they made stop{'s' if count == 1 else ''} until then."
    )


@requires(Action.MANAGE_TEAM)
@require_POST
def team_access(request: HttpRequest, user_id: UUID) -> HttpResponseBase:
    """Take access away, or give it back."""
    person = access_teammate(user_for(request), user_id)
    try:
        if person.is_active:
            users.deactivate(person)
            return _done(request, f"{person} is signed out and cannot come back in.")
        users.reactivate(person)
    except ValidationError as error:
        return _done(request, error=" ".join(error.messages))
    return _done(request, f"{person} can sign in again.")


@requires(Action.MANAGE_TEAM)
@require_POST
def team_resend(request: HttpRequest, user_id: UUID) -> HttpResponseBase:
    """The invitation once more, to somebody who has not come in yet."""
    person = access_teammate(user_for(request), user_id)
    try:
        invite_again(person, site=site_for(request), invited_by=user_for(request).display_name)
    except ValidationError as error:
        return _done(request, error=" ".join(error.messages))
    return _done(request, f"{person} gets another mail with a link to come in.")


def _done(request: HttpRequest, text: str = "", *, error: str = "") -> HttpResponseBase:
    messages.add_message(request, messages.ERROR if error else messages.SUCCESS, error or text)
    return redirect("team:list")
