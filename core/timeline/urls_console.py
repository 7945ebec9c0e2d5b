"""The consoles' log; mounted at /log/ of both."""

from django.urls import path

from core.timeline.views.log import log

app_name = "log"

urlpatterns = [path("", log, name="list")]
