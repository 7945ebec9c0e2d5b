"""Canned replies: a settings page, and the list that "/" opens in an answer."""

from django.apps import AppConfig

from core.ui.nav import NavItem, register


class CannedConfig(AppConfig):
    name = "inbox.canned"
    label = "canned"

    def ready(self) -> None:
        from core.timeline.visits import register_namer  # noqa: PLC0415 - needs the registry
        from inbox.canned.queries import canned_called  # noqa: PLC0415 - the same
        from inbox.canned.starter import CANNED  # noqa: PLC0415 - the same
        from tenants.starters import register_part  # noqa: PLC0415 - the same

        register_part(CANNED)
        register_namer("canned_id", canned_called)
        register(
            NavItem(
                key="canned",
                label="Canned replies",
                icon="text-quote",
                url_name="canned:list",
                order=25,
                may="use_inbox",
                section="settings",
            )
        )
