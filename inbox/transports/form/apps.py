"""Web forms: hosted, embeddable, one more way into the inbox.

Everything a submission becomes is in inbox/conversations.
"""

from django.apps import AppConfig

from core.ui.nav import NavItem, register


class FormsConfig(AppConfig):
    name = "inbox.transports.form"
    label = "forms"

    def ready(self) -> None:
        from core.contacts.panels import Panel, register_panel  # noqa: PLC0415 - needs the registry of models
        from core.sending.registry import register_composer  # noqa: PLC0415 - needs the models
        from core.timeline.visits import register_namer  # noqa: PLC0415 - needs the registry of models
        from inbox.conversations import transports  # noqa: PLC0415 - the same
        from inbox.transports.form.composing import compose_confirmation  # noqa: PLC0415 - the same
        from inbox.transports.form.domain.confirming import KIND  # noqa: PLC0415 - the same
        from inbox.transports.form.layout import laid_out  # noqa: PLC0415 - the same
        from inbox.transports.form.panels import consents  # noqa: PLC0415 - the same
        from inbox.transports.form.queries import form_called  # noqa: PLC0415 - the same
        from inbox.transports.form.starter import FORMS  # noqa: PLC0415 - needs the registry of models
        from tenants.starters import register_part  # noqa: PLC0415 - needs the registry of models

        register_part(FORMS)
        register_composer(KIND, compose_confirmation)
        register_panel(
            Panel(
                key="consents",
                title="Consents",
                order=45,
                template="forms/panels/consents.html",
                context=consents,
            )
        )
        transports.register(
            transports.Transport(channel="form", label="Web form", icon="file-text", laid_out=laid_out)
        )
        register_namer("form_id", form_called)
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
