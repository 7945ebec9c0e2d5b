"""The teams of a workspace, among its settings. The acts themselves are domain/teams.py."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts.access import access_team, requires, user_for
from core.accounts.domain.teams import delete_team, edit_team, make_team
from core.accounts.forms import TeamForm
from core.accounts.models import Team
from core.accounts.queries import people_of, teams, teams_going
from core.accounts.rules import Action
from core.accounts.uses import uses_of
from core.ui.htmx import render_in_sheet
from tenants.redirects import go_to

_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Action.MANAGE_TEAM)
@require_safe
def team_list(request: HttpRequest) -> HttpResponseBase:
    """Every team with its people."""
    return render(request, "account/teams.html", {"teams": teams(), "going": teams_going()})


@requires(Action.MANAGE_TEAM)
@_methods
def team_new(request: HttpRequest) -> HttpResponseBase:
    return _edit(request, None)


@requires(Action.MANAGE_TEAM)
@_methods
def team_edit(request: HttpRequest, team_id: UUID) -> HttpResponseBase:
    return _edit(request, access_team(user_for(request), team_id))


@requires(Action.MANAGE_TEAM)
@_methods
def team_delete(request: HttpRequest, team_id: UUID) -> HttpResponseBase:
    """What deleting a team does, and doing it."""
    team = access_team(user_for(request), team_id)
    if request.method == "POST":
        delete_team(team)
        messages.success(request, f"The team {team} is deleted.")
        return go_to(request, "team:teams")
    context = {
        "title": f"Delete the team {team}",
        "lead": "Its people stay, and keep the conversations that are theirs.",
        "note": _becomes_nobodys(uses_of(team.id)),
        "button": "Delete 1 team",
        "action_url": reverse("team:team_delete", args=[team.id]),
        "back_url": reverse("team:teams"),
    }
    return render_in_sheet(request, "ui/ask.html", context)


def _becomes_nobodys(uses: list[str]) -> str:
    return f"{' and '.join(uses)} become no team’s." if uses else "Nothing is this team’s."


def _edit(request: HttpRequest, team: Team | None) -> HttpResponseBase:
    initial = {"name": team.name, "people": [str(id) for id in people_of(team)]} if team else {}
    form = TeamForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            saved = edit_team(team, **form.cleaned_data) if team else make_team(**form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"The team {saved} is saved.")
            return go_to(request, "team:teams")
    status = 422 if form.is_bound else 200
    return render_in_sheet(request, "account/team_edit.html", {"form": form, "team": team}, status=status)
