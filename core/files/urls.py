"""Where files are served. Addresses are made by links.py; templates never spell them."""

from django.urls import path

from core.files.views import file

app_name = "files"
urlpatterns = [path("files/<str:token>/", file, name="file")]
