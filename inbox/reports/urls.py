"""Addresses of the inbox's reports."""

from django.urls import path

from inbox.reports import views

app_name = "reports"
urlpatterns = [path("reports/inbox/", views.inbox, name="inbox")]
