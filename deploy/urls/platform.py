"""What answers on the operators' host."""

from django.urls import URLPattern, URLResolver, include, path

from core.ui import errors

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("core.accounts.urls")),
    path("brand/", include("branding.urls")),
    path("mail/", include("inbox.transports.email.urls_webhooks")),
    path("log/", include("core.timeline.urls_console")),
    path("", include("tenants.console.urls_operators")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_many
handler500 = errors.server_error
