"""Addresses of the contact pages.

The conversations of a contact are the inbox's, at inbox:contact_conversations.
"""

from django.urls import path

from core.contacts import views

app_name = "contacts"
urlpatterns = [
    path("contacts/", views.contact_list, name="list"),
    path("contacts/<uuid:contact_id>/", views.contact_detail, name="detail"),
    path("contacts/<uuid:contact_id>/reachable/", views.contact_reachable, name="reachable"),
    path("contacts/<uuid:contact_id>/facts/<slug:field>/", views.correct, name="correct"),
]
