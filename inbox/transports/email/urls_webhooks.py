"""Addresses on the platform's host where mail providers post; each has its own."""

from django.urls import path

from inbox.transports.email.views import webhooks

app_name = "mail_webhooks"
urlpatterns = [
    # Mailgun posts a mail as it came only to addresses that end like this.
    path("mailgun/mime", webhooks.inbound, {"provider": "mailgun"}, name="mailgun"),
    path("mailgun/events", webhooks.events, {"provider": "mailgun"}, name="mailgun_events"),
    path("postmark/inbound", webhooks.inbound, {"provider": "postmark"}, name="postmark"),
    path("postmark/events", webhooks.events, {"provider": "postmark"}, name="postmark_events"),
]
