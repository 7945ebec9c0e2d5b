"""The brand editor, mounted at /settings/brand/ of a reseller's console."""

from django.urls import path

from branding.views import editor, preview

app_name = "branding"

urlpatterns = [
    path("", editor.own, name="own"),
    path("preview/", preview.page, name="preview"),
    path("preview.css", preview.css, name="preview_css"),
    path("<uuid:workspace_id>/", editor.workspace, name="workspace"),
    path("<uuid:workspace_id>/preview/", preview.page, name="workspace_preview"),
    path("<uuid:workspace_id>/preview.css", preview.css, name="workspace_preview_css"),
]
