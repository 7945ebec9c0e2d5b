"""The roles of a workspace, among its team's settings: the built-in ones to read, its own to make and change.

The acts themselves are domain/roles.py; who has which role is changed in team.py.
"""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts.access import access_team_role, requires, user_for
from core.accounts.domain.roles import delete_role, edit_role, make_role
from core.accounts.forms import TeamRoleForm
from core.accounts.models import TeamRole
from core.accounts.queries import holder_count, own_roles
from core.accounts.rules import BUILT_IN, Action, rights_in_words
from core.ui.htmx import render_in_sheet
from tenants.redirects import go_to

_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Action.MANAGE_TEAM)
@require_safe
def role_list(request: HttpRequest) -> HttpResponseBase:
    """All roles with what each may do."""
    own = [(role, rights_in_words(role.actions)) for role in own_roles()]
    return render(request, "account/roles.html", {"own": own, "built_in": BUILT_IN})


@requires(Action.MANAGE_TEAM)
@_methods
def role_new(request: HttpRequest) -> HttpResponseBase:
    """A role that nobody has yet."""
    return _edit(request, None)


@requires(Action.MANAGE_TEAM)
@_methods
def role_edit(request: HttpRequest, role_id: UUID) -> HttpResponseBase:
    """Another name, other rights."""
    return _edit(request, access_team_role(user_for(request), role_id))


def _edit(request: HttpRequest, role: TeamRole | None) -> HttpResponseBase:
    initial = {"name": role.name, "actions": role.actions} if role else {"actions": ["use_inbox"]}
    form = TeamRoleForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            saved = edit_role(role, **form.cleaned_data) if role else make_role(**form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"The role {saved} is saved.")
            return go_to(request, "team:roles")
    context = {"form": form, "role": role, "people_count": holder_count(role) if role else 0}
    status = 422 if form.is_bound else 200
    return render_in_sheet(request, "account/role_edit.html", context, status=status)


@requires(Action.MANAGE_TEAM)
@_methods
def role_delete(request: HttpRequest, role_id: UUID) -> HttpResponseBase:
    """What deleting a role does, and doing it."""
    role = access_team_role(user_for(request), role_id)
    if request.method == "POST":
        count = delete_role(role)
        messages.success(request, f"The role {role} is deleted. {_fell_back(count)}")
        return go_to(request, "team:roles")
    context = {
        "title": f"Delete the role {role}",
        "lead": _fell_back(holder_count(role), future=True),
        "note": "Nothing they wrote is deleted. You can give them another role at any time.",
        "button": "Delete 1 role",
        "action_url": reverse("team:role_delete", args=[role.id]),
        "back_url": reverse("team:roles"),
    }
    return render_in_sheet(request, "ui/ask.html", context)


def _fell_back(count: int, *, future: bool = False) -> str:
    if not count:
        return "Nobody has this role." if future else "Nobody had it."
    who = "1 person" if count == 1 else f"{count} people"
    if future:
        return f"{who} with this role become{'s' if count == 1 else ''} Agent and must sign in again."
    return f"{who} {'is' if count == 1 else 'are'} Agent now."
