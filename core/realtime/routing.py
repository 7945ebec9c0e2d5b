"""Where websockets go; deploy/asgi.py puts the site middleware in front."""

from django.urls import URLPattern, path

from core.realtime.consumer import LiveConsumer, VisitorConsumer

websocket_urlpatterns: list[URLPattern] = [
    path("ws/", LiveConsumer.as_asgi()),
    path("ws/visitor/", VisitorConsumer.as_asgi()),
]
VISITORS_PATH = "/ws/visitor/"
"""Opened by pages of other sites: who may is asked of the door that deploy/asgi.py puts in front."""
