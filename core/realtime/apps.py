"""Live updates: no tables of its own. What one websocket process runs is in process.py next door."""

from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    name = "core.realtime"
    label = "realtime"

    def ready(self) -> None:
        from core.realtime.presence import heard_here  # noqa: PLC0415 - needs the registry
        from core.realtime.whisper import register_whisper  # noqa: PLC0415 - the same

        register_whisper("here", heard_here)
