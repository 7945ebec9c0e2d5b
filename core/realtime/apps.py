"""The realtime app: no tables of its own. What one websocket process runs is in process.py next door."""

from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    name = "core.realtime"
    label = "realtime"
