"""Addresses of bulk jobs. Templates elsewhere name them and never spell them."""

from django.urls import path

from inbox.bulk import views

app_name = "bulk"
urlpatterns = [
    path("inbox/bulk/", views.start, name="start"),
    path("inbox/bulk/count/", views.count, name="count"),
    path("inbox/bulk/jobs/", views.jobs, name="jobs"),
    path("inbox/bulk/menu/<slug:kind>/", views.menu, name="menu"),
    path("inbox/bulk/<uuid:job_id>/stop/", views.stop_job, name="stop"),
    path("inbox/bulk/<uuid:job_id>/undo/", views.undo_job, name="undo"),
]
