"""Saved views: filters of the inbox under a name, a person's own or everybody's, below its tabs."""

from django.apps import AppConfig

from core.ui.nav import NavItem, register


class SavedConfig(AppConfig):
    name = "inbox.saved"
    label = "saved"

    def ready(self) -> None:
        from core.losses import register_loss  # noqa: PLC0415 - needs the registry
        from core.timeline.visits import register_namer  # noqa: PLC0415 - the same
        from inbox.conversations.shelf import register_shelf  # noqa: PLC0415 - the same
        from inbox.saved.queries import saved_called  # noqa: PLC0415 - the same
        from inbox.saved.strip import strip  # noqa: PLC0415 - the same
        from inbox.saved.words import views_lost  # noqa: PLC0415 - the same

        register_shelf(strip)
        register_namer("saved_id", saved_called)
        register_loss("saved", views_lost)
        register(
            NavItem(
                key="saved",
                label="Saved views",
                icon="bookmark",
                url_name="saved:list",
                order=22,
                may="use_inbox",
                section="settings",
            )
        )
