"""Start-up of the e-mail door: its transport, its sweeper and its place among the settings."""

from django.apps import AppConfig

from core.ui.nav import NavItem, register


class EmailTransportConfig(AppConfig):
    name = "inbox.transports.email"
    label = "email_transport"

    def ready(self) -> None:
        from inbox.conversations import transports  # noqa: PLC0415 - needs the models
        from inbox.transports.email.domain import sweep  # noqa: PLC0415 - as above
        from tenants.due import register_sweeper  # noqa: PLC0415 - as above

        transports.register(transports.Transport(channel="email", label="E-mail", icon="mail"))
        register_sweeper("inbox.email", sweep.sweep)
        register(
            NavItem(
                key="email",
                label="E-mail",
                icon="mail",
                url_name="email:settings",
                order=32,
                may="manage_mail",
                section="settings",
            )
        )
