"""Start-up of branding: it puts itself behind core's door and into the consoles."""

from django.apps import AppConfig


class BrandingConfig(AppConfig):
    name = "branding"
    label = "branding"

    def ready(self) -> None:
        from branding.archive import PART, move  # noqa: PLC0415 - needs the registry of models
        from branding.models import Brand  # noqa: PLC0415 - needs the registry of models
        from branding.queries import hues  # noqa: PLC0415 - needs the registry of models
        from branding.source import tokens  # noqa: PLC0415 - needs the registry of models
        from branding.starter import BRAND  # noqa: PLC0415 - needs the registry of models
        from core import brand  # noqa: PLC0415 - needs the registry of models
        from core.ui import nav  # noqa: PLC0415 - needs the registry of models
        from tenants import memory, starters  # noqa: PLC0415 - needs the registry of models
        from tenants.archive import parts  # noqa: PLC0415 - needs the registry of models
        from tenants.console import columns  # noqa: PLC0415 - needs the registry of models
        from tenants.hosts import addresses  # noqa: PLC0415 - needs the registry of models

        memory.watch(Brand)
        starters.register_part(BRAND)
        brand.register_source(tokens)
        parts.register_part(PART)
        addresses.register_mover("branding", move)
        columns.register_hues(hues)
        nav.register(
            nav.NavItem(
                key="brand",
                label="Brand",
                icon="palette",
                url_name="branding:own",
                sites={"reseller"},
                order=40,
                may="edit_brand",
            )
        )
