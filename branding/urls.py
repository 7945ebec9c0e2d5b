"""A brand's files, mounted at /brand/ of every site."""

from django.urls import re_path

from branding.views import files

app_name = "brand"

urlpatterns = [
    re_path(r"^(?P<digest>[0-9a-f]{16})\.css$", files.css, name="css"),
    re_path(r"^favicon-(?P<digest>[0-9a-f]{16})\.svg$", files.icon, name="icon"),
    re_path(r"^(?P<digest>[0-9a-f]{32})\.png$", files.picture, name="picture"),
]
