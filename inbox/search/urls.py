"""Addresses of the search. Templates elsewhere name them and never spell them."""

from django.urls import path

from inbox.search import views

app_name = "inbox_search"
urlpatterns = [path("inbox/search/", views.results_page, name="results")]
