"""Start-up of branding: it puts itself behind core's door."""

from django.apps import AppConfig


class BrandingConfig(AppConfig):
    name = "branding"
    label = "branding"

    def ready(self) -> None:
        from branding.source import tokens  # noqa: PLC0415 - needs the registry of models
        from core import brand  # noqa: PLC0415 - needs the registry of models

        brand.register_source(tokens)
