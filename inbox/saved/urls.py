"""Addresses of saved views."""

from django.urls import path

from inbox.saved import views

app_name = "saved"
urlpatterns = [
    path("settings/views/", views.saved_list, name="list"),
    path("settings/views/new/", views.saved_new, name="new"),
    path("settings/views/<uuid:saved_id>/", views.saved_edit, name="edit"),
    path("settings/views/<uuid:saved_id>/move/", views.saved_move, name="move"),
    path("settings/views/<uuid:saved_id>/delete/", views.saved_delete, name="delete"),
]
