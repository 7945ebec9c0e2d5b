"""Leads from other programs; the page where a team makes and revokes the keys for it is here too.

What every endpoint needs is core/api.
"""

from django.apps import AppConfig

from core.ui.nav import NavItem, register


class LeadsApiConfig(AppConfig):
    name = "inbox.transports.api"
    label = "leads_api"

    def ready(self) -> None:
        from inbox.conversations import transports  # noqa: PLC0415 - needs the registry of models

        transports.register(transports.Transport(channel="api", label="API", icon="code"))
        register(
            NavItem(
                key="api-keys",
                label="API keys",
                icon="key-round",
                url_name="api_keys:list",
                order=40,
                may="manage_api_keys",
                section="settings",
            )
        )
