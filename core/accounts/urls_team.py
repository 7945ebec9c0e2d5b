"""The team's pages; mounted at /settings/team/ of a workspace."""

from django.urls import path

from core.accounts.views import roles, team, teams

app_name = "team"

urlpatterns = [
    path("", team.team_list, name="list"),
    path("add/", team.team_add, name="add"),
    path("teams/", teams.team_list, name="teams"),
    path("teams/new/", teams.team_new, name="team_new"),
    path("teams/<uuid:team_id>/", teams.team_edit, name="team_edit"),
    path("teams/<uuid:team_id>/delete/", teams.team_delete, name="team_delete"),
    path("roles/", roles.role_list, name="roles"),
    path("roles/new/", roles.role_new, name="role_new"),
    path("roles/<uuid:role_id>/", roles.role_edit, name="role_edit"),
    path("roles/<uuid:role_id>/delete/", roles.role_delete, name="role_delete"),
    path("<uuid:user_id>/role/choose/", team.team_choose_role, name="choose_role"),
    path("<uuid:user_id>/role/", team.team_role, name="role"),
    path("<uuid:user_id>/access/take/", team.team_take_access, name="take_access"),
    path("<uuid:user_id>/access/", team.team_access, name="access"),
    path("<uuid:user_id>/invite/", team.team_resend, name="resend"),
]
