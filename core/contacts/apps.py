"""Contacts and companies of one workspace: who writes to us and where they work.

What they wrote is in inbox/conversations; the people of the workspace itself are in core/accounts.
"""

from django.apps import AppConfig

from core.ui.nav import NavItem, register


class ContactsConfig(AppConfig):
    name = "core.contacts"
    label = "contacts"

    def ready(self) -> None:
        from core.contacts.queries import contact_called  # noqa: PLC0415 - needs the registry of models
        from core.timeline.visits import register_namer  # noqa: PLC0415 - the same

        register_namer("contact_id", contact_called)
        register(
            NavItem(
                key="contacts",
                label="Contacts",
                icon="users",
                url_name="contacts:list",
                order=20,
                may="use_inbox",
            )
        )
