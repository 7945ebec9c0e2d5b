"""A reseller's console. Both consoles share a namespace, because they share templates."""

from django.urls import path

from tenants.console.urls_workspace import patterns
from tenants.console.views import (
    corrections,
    creation,
    imports,
    roles,
    staff,
    starters,
    support,
    workspaces,
)

app_name = "console"

urlpatterns = [
    path("", workspaces.home, name="home"),
    path("workspaces/", workspaces.workspaces, name="workspaces"),
    path("workspaces/import/", imports.imports, name="imports"),
    path("workspaces/import/<uuid:import_id>/", imports.one_import, name="import"),
    path("workspaces/import/<uuid:import_id>/again/", imports.again, name="import_again"),
    path("workspaces/import/<uuid:import_id>/discard/", imports.discard, name="import_discard"),
    path("workspaces/new/", creation.workspace_new, name="workspace_new"),
    path("workspaces/<uuid:workspace_id>/", workspaces.workspace, name="workspace"),
    path("workspaces/<uuid:workspace_id>/figures/", workspaces.workspace_figures, name="workspace_figures"),
    path("workspaces/<uuid:workspace_id>/state/", workspaces.workspace_state, name="workspace_state"),
    path("workspaces/<uuid:workspace_id>/enter/", support.workspace_enter, name="workspace_enter"),
    path("workspaces/<uuid:workspace_id>/suspend/", workspaces.workspace_suspend, name="workspace_suspend"),
    *patterns,
    path("workspaces/<uuid:workspace_id>/setup/", creation.workspace_setup, name="workspace_setup"),
    path("workspaces/<uuid:workspace_id>/setup/retry/", creation.workspace_retry, name="workspace_retry"),
    path("workspaces/<uuid:workspace_id>/owner/", creation.workspace_owner, name="workspace_owner"),
    path("starters/", starters.starter_list, name="starters"),
    path("starters/new/", starters.starter_new, name="starter_new"),
    path("starters/from/<uuid:workspace_id>/", starters.starter_from, name="starter_from"),
    path("starters/<uuid:starter_id>/", starters.starter, name="starter"),
    path("starters/<uuid:starter_id>/copy/", starters.starter_copy, name="starter_copy"),
    path("starters/<uuid:starter_id>/default/", starters.starter_default, name="starter_default"),
    path("starters/<uuid:starter_id>/delete/", starters.starter_delete, name="starter_delete"),
    path("staff/", staff.staff, name="staff"),
    path("staff/new/", staff.staff_new, name="staff_new"),
    path("staff/roles/", roles.roles, name="staff_roles"),
    path("staff/<uuid:staff_id>/role/", roles.staff_role, name="staff_role"),
    path("staff/<uuid:staff_id>/invite/", staff.staff_resend, name="staff_resend"),
    path("staff/<uuid:staff_id>/address/", corrections.staff_correct, name="staff_correct"),
    path("staff/<uuid:staff_id>/remove/", staff.staff_remove, name="staff_remove"),
]
