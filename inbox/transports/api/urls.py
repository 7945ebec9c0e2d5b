"""Addresses of the API keys' page; the API's own are put together in deploy/urls."""

from django.urls import path

from inbox.transports.api import views

app_name = "api_keys"
urlpatterns = [
    path("settings/api-keys/", views.key_list, name="list"),
    path("settings/api-keys/<uuid:key_id>/revoke/", views.revoke, name="revoke"),
    path("settings/api-keys/<uuid:key_id>/revoke/ask/", views.ask_revoke, name="ask_revoke"),
]
