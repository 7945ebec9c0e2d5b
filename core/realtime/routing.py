"""Where websockets go; deploy/asgi.py puts the site middleware in front."""

from django.urls import URLPattern, path

from core.realtime.consumer import LiveConsumer

websocket_urlpatterns: list[URLPattern] = [path("ws/", LiveConsumer.as_asgi())]
