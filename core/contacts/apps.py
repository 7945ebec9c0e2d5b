"""Contacts and companies of one workspace: who writes to us and where they work.

What they wrote is in inbox/conversations; the people of the workspace itself are in core/accounts.
"""

from django.apps import AppConfig

from core.ui.nav import NavItem, register
from tenants.gauges import Gauge, rows_in
from tenants.gauges import register as register_gauge


class ContactsConfig(AppConfig):
    name = "core.contacts"
    label = "contacts"

    def ready(self) -> None:
        from core.contacts.models import Contact  # noqa: PLC0415 - needs the registry of models
        from core.contacts.queries import contact_called  # noqa: PLC0415 - the same
        from core.timeline.visits import register_namer  # noqa: PLC0415 - the same

        register_namer("contact_id", contact_called)
        _register_panels()
        register_gauge(Gauge(key="contacts", read=lambda: rows_in(Contact)))
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


def _register_panels() -> None:
    from core.contacts.forms import ContactForm  # noqa: PLC0415 - needs the registry of models
    from core.contacts.panels import Panel, register_panel  # noqa: PLC0415 - the same

    register_panel(
        Panel(
            key="who",
            title="Who they are",
            order=10,
            template="contacts/panels/who.html",
            context=lambda beside: {"fields": list(ContactForm.shown(beside.contact))},
        )
    )
    register_panel(
        Panel(
            key="company",
            title="Company",
            order=20,
            template="contacts/panels/company.html",
            context=lambda beside: {} if beside.contact.company else None,
        )
    )
