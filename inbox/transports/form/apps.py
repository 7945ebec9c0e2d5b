"""Web forms: hosted, embeddable, one more way into the inbox.

Everything a submission becomes is in inbox/conversations.
"""

from django.apps import AppConfig

from core.ui.nav import NavItem, register


class FormsConfig(AppConfig):
    name = "inbox.transports.form"
    label = "forms"

    def ready(self) -> None:
        register(
            NavItem(
                key="forms",
                label="Web forms",
                icon="file-text",
                url_name="forms:list",
                order=30,
                may="manage_forms",
                section="settings",
            )
        )
