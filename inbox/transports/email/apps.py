"""Start-up of the e-mail door: its transport and its sweeper."""

from django.apps import AppConfig


class EmailTransportConfig(AppConfig):
    name = "inbox.transports.email"
    label = "email_transport"

    def ready(self) -> None:
        from inbox.conversations import transports  # noqa: PLC0415 - needs the models
        from inbox.transports.email.domain import sweep  # noqa: PLC0415 - as above
        from tenants.due import register_sweeper  # noqa: PLC0415 - as above

        transports.register(transports.Transport(channel="email", label="E-mail", icon="mail"))
        register_sweeper("inbox.email", sweep.sweep)
