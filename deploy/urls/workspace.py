"""What answers on a workspace's host."""

from django.urls import URLPattern, URLResolver, include, path

from core.api.endpoint import build_api, guarded_urls, not_found
from core.ui import errors
from inbox.transports.api.api import leads

api = build_api({"/leads": leads})

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("core.accounts.urls")),
    path("brand/", include("branding.urls")),
    path("settings/team/", include("core.accounts.urls_team")),
    path("settings/activity/", include("core.timeline.urls")),
    path("support/", include("core.accounts.urls_support")),
    path("", include("core.contacts.urls")),
    path("", include("inbox.search.urls")),
    path("", include("core.files.urls")),
    path("", include("core.notices.urls")),
    path("", include("inbox.conversations.urls")),
    path("", include("inbox.bulk.urls")),
    path("", include("inbox.alerts.urls")),
    path("", include("inbox.canned.urls")),
    path("", include("inbox.saved.urls")),
    path("", include("inbox.reports.urls")),
    path("", include("inbox.transports.form.urls")),
    path("", include("inbox.transports.email.urls")),
    path("", include("inbox.transports.chat.urls")),
    path("", include("inbox.transports.api.urls")),
    path("api/v1/", guarded_urls(api)),
    path("api/", not_found),
    path("api/<path:rest>", not_found),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_many
handler500 = errors.server_error
