"""The operators' site. Both consoles share a namespace, because they share templates."""

from django.urls import path

from tenants.console.urls_workspace import patterns
from tenants.console.views import corrections, domains, fleet, operators, search, support, workspaces

app_name = "console"

urlpatterns = [
    path("", workspaces.home, name="home"),
    path("workspaces/", workspaces.workspaces, name="workspaces"),
    path("workspaces/<uuid:workspace_id>/", workspaces.workspace, name="workspace"),
    path("workspaces/<uuid:workspace_id>/figures/", workspaces.workspace_figures, name="workspace_figures"),
    path("workspaces/<uuid:workspace_id>/state/", workspaces.workspace_state, name="workspace_state"),
    path("workspaces/<uuid:workspace_id>/enter/", support.workspace_enter, name="workspace_enter"),
    path("workspaces/<uuid:workspace_id>/suspend/", workspaces.workspace_suspend, name="workspace_suspend"),
    *patterns,
    path("workspaces/<uuid:workspace_id>/move/", domains.workspace_move, name="workspace_move"),
    path("resellers/", operators.resellers, name="resellers"),
    path("resellers/new/", operators.reseller_new, name="reseller_new"),
    path("resellers/<uuid:reseller_id>/", operators.reseller, name="reseller"),
    path("resellers/<uuid:reseller_id>/suspend/", operators.reseller_suspend, name="reseller_suspend"),
    path("resellers/<uuid:reseller_id>/state/", operators.reseller_state, name="reseller_state"),
    path("staff/<uuid:staff_id>/address/", corrections.reseller_staff_correct, name="staff_correct"),
    path("search/", search.search, name="search"),
    path("fleet/", fleet.overview, name="fleet"),
    path("fleet/faults/", fleet.faults, name="faults"),
    path("fleet/steps/", fleet.failed_steps, name="failed_steps"),
    path("fleet/steps/<uuid:step_id>/again/", fleet.step_again, name="step_again"),
    path("system/", operators.system, name="system"),
]
