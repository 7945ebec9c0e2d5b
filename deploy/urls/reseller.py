"""What answers on a reseller's host."""

from django.urls import URLPattern, URLResolver, include, path

from core.ui import errors

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("core.accounts.urls")),
    path("brand/", include("branding.urls")),
    path("settings/brand/", include("branding.urls_editor")),
    path("log/", include("core.timeline.urls_console")),
    path("", include("tenants.console.urls_resellers")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_many
handler500 = errors.server_error
