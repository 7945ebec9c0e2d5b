"""Addresses of the team's settings of e-mail; where providers post is urls_webhooks.py."""

from django.urls import path

from inbox.transports.email.views import settings

app_name = "email"
urlpatterns = [
    path("settings/email/", settings.settings_page, name="settings"),
    path("settings/email/held/", settings.held, name="held"),
    path("settings/email/keys/", settings.new_key, name="new_key"),
    path("settings/email/keys/<uuid:dkimkey_id>/check/", settings.check, name="check_key"),
]
