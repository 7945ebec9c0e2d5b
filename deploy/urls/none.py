"""The URLconf of no site: SiteMiddleware replaces it for every registered host."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
