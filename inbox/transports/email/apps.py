"""Start-up of the e-mail door: its sweeper."""

from django.apps import AppConfig


class EmailTransportConfig(AppConfig):
    name = "inbox.transports.email"
    label = "email_transport"

    def ready(self) -> None:
        from inbox.transports.email.domain import sweep  # noqa: PLC0415 - needs the models
        from tenants.due import register_sweeper  # noqa: PLC0415 - as above

        register_sweeper("inbox.email", sweep.sweep)
