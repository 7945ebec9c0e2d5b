"""The team's pages; mounted at /settings/team/ of a workspace."""

from django.urls import path

from core.accounts.views import team

app_name = "team"

urlpatterns = [
    path("", team.team_list, name="list"),
    path("add/", team.team_add, name="add"),
    path("<uuid:user_id>/role/", team.team_role, name="role"),
    path("<uuid:user_id>/access/take/", team.team_take_access, name="take_access"),
    path("<uuid:user_id>/access/", team.team_access, name="access"),
    path("<uuid:user_id>/invite/", team.team_resend, name="resend"),
]
