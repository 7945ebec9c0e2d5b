"""Addresses of one's own notifications."""

from django.urls import path

from inbox.alerts import views

app_name = "alerts"
urlpatterns = [
    path("profile/notifications/", views.choices, name="choices"),
    path("inbox/<uuid:conversation_id>/<uuid:message_id>/alert/", views.alert, name="alert"),
]
