"""A workspace's log; mounted at /settings/activity/."""

from django.urls import path

from core.timeline.views.activity import activity

app_name = "activity"

urlpatterns = [path("", activity, name="list")]
