"""The teams of a workspace, among its settings. The acts themselves are domain/teams.py."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts.access import access_team, requires, user_for
from core.accounts.domain.teams import delete_team, edit_team, make_team
from core.accounts.forms import TeamForm
from core.accounts.models import Team
from core.accounts.queries import people_of, teams, teams_going
from core.accounts.rules import Action
from core.accounts.uses import uses_of
from core.losses import losses_of
from core.ui.sheets import deleting, saving

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
    user = user_for(request)
    team = access_team(user, team_id)

    def does() -> tuple[str, str]:
        lead = "Its people stay, and keep the conversations that are theirs."
        return lead, f"{_becomes_nobodys(uses_of(team.id))} This cannot be undone."

    def delete() -> str:
        delete_team(team)
        return f"The team {team} is deleted."

    return deleting(
        request,
        thing=f"the team {team}",
        noun="team",
        back="team:teams",
        does=does,
        loses=lambda: losses_of(team.id, asked_by=user.id),
        delete=delete,
    )


def _becomes_nobodys(uses: list[str]) -> str:
    return f"{' and '.join(uses)} become no team’s." if uses else "Nothing is this team’s."


def _edit(request: HttpRequest, team: Team | None) -> HttpResponseBase:
    initial = {"name": team.name, "people": [str(id) for id in people_of(team)]} if team else {}

    def save(said: dict[str, Any]) -> str:
        return f"The team {edit_team(team, **said) if team else make_team(**said)} is saved."

    return saving(
        request,
        TeamForm(request.POST if request.method == "POST" else None, initial=initial),
        page="account/team_edit.html",
        context={"team": team},
        save=save,
        then="team:teams",
    )
