"""What both consoles do with a workspace beyond showing and suspending it; both their URLconfs have these."""

from django.urls import path

from tenants.console.views import domains, exports, lifecycle, support

_ONE = "workspaces/<uuid:workspace_id>/"

patterns = [
    path(f"{_ONE}life/", lifecycle.life, name="workspace_life"),
    path(f"{_ONE}past-due/", lifecycle.payment, {"act": "past_due"}, name="workspace_past_due"),
    path(f"{_ONE}paid/", lifecycle.payment, {"act": "paid"}, name="workspace_paid"),
    path(f"{_ONE}archive/", lifecycle.closing, {"act": "archive"}, name="workspace_archive"),
    path(f"{_ONE}delete/", lifecycle.closing, {"act": "delete"}, name="workspace_delete"),
    path(f"{_ONE}restore/", lifecycle.closing, {"act": "restore"}, name="workspace_restore"),
    path(f"{_ONE}exports/", exports.exports, name="workspace_exports"),
    path(f"{_ONE}export/", exports.export, name="workspace_export"),
    path(f"{_ONE}export/<str:token>/", exports.download, name="workspace_download"),
    path(f"{_ONE}left/<uuid:access_id>/", support.workspace_left, name="workspace_left"),
    path(f"{_ONE}rename/", domains.rename, name="workspace_rename"),
    path(f"{_ONE}domains/new/", domains.domain_new, name="domain_new"),
    path(f"{_ONE}domains/<uuid:domain_id>/primary/", domains.domain_primary, name="domain_primary"),
    path(f"{_ONE}domains/<uuid:domain_id>/remove/", domains.domain_remove, name="domain_remove"),
    path(f"{_ONE}domains/<uuid:domain_id>/move/", domains.domain_move, name="domain_move"),
]
