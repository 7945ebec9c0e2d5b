"""The URLconf of no site: SiteMiddleware replaces it for every registered host."""

from django.urls import URLPattern

from core.ui.errors import too_many

urlpatterns: list[URLPattern] = []

# allauth looks for its answer to too many attempts in the root URLconf, which is this one.
handler429 = too_many
