"""Addresses of the canned replies."""

from django.urls import path

from inbox.canned import views

app_name = "canned"
urlpatterns = [
    path("settings/canned/", views.canned_list, name="list"),
    path("settings/canned/new/", views.canned_new, name="new"),
    path("settings/canned/<uuid:canned_id>/", views.canned_edit, name="edit"),
    path("settings/canned/<uuid:canned_id>/delete/", views.canned_delete, name="delete"),
    path("inbox/<uuid:conversation_id>/canned/", views.options, name="options"),
    path("inbox/<uuid:conversation_id>/canned/<uuid:canned_id>/", views.said, name="said"),
]
