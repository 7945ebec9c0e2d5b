"""The operators' site. Both consoles share a namespace, because they share templates."""

from django.urls import path

from tenants.console.views import operators, workspaces

app_name = "console"

urlpatterns = [
    path("", workspaces.home, name="home"),
    path("workspaces/", workspaces.workspaces, name="workspaces"),
    path("workspaces/<uuid:workspace_id>/", workspaces.workspace, name="workspace"),
    path("workspaces/<uuid:workspace_id>/state/", workspaces.workspace_state, name="workspace_state"),
    path("workspaces/<uuid:workspace_id>/suspend/", workspaces.workspace_suspend, name="workspace_suspend"),
    path("resellers/", operators.resellers, name="resellers"),
    path("resellers/new/", operators.reseller_new, name="reseller_new"),
    path("resellers/<uuid:reseller_id>/", operators.reseller, name="reseller"),
    path("resellers/<uuid:reseller_id>/suspend/", operators.reseller_suspend, name="reseller_suspend"),
    path("resellers/<uuid:reseller_id>/state/", operators.reseller_state, name="reseller_state"),
    path("system/", operators.system, name="system"),
]
