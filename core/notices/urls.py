"""Addresses of the notices."""

from django.urls import path

from core.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.notice_list, name="list"),
    path("notices/count/", views.count, name="count"),
    path("notices/read/", views.read_every, name="read_all"),
    path("notices/<uuid:notice_id>/read/", views.read, name="read"),
]
