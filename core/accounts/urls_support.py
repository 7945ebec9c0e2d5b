"""The ways of support people in and out; mounted at /support/ of a workspace."""

from django.urls import path

from core.accounts.views import support

app_name = "support"

urlpatterns = [
    path("enter/<str:token>/", support.enter, name="enter"),
    path("leave/", support.leave, name="leave"),
    path("over/", support.over, name="over"),
    path("stays/<uuid:stay_id>/end/", support.end, name="end"),
]
