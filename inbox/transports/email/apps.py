"""Start-up of the e-mail door: its transport, its sweeper and its place among the settings."""

from django.apps import AppConfig
from django.http import HttpRequest

from core.text import capped
from core.ui.nav import NavItem, register


def _held_count(request: HttpRequest) -> str:
    from inbox.transports.email.queries import HELD_LIMIT, held_count  # noqa: PLC0415 - needs the models

    count = held_count()
    return capped(count, limit=HELD_LIMIT) if count else ""


class EmailTransportConfig(AppConfig):
    name = "inbox.transports.email"
    label = "email_transport"

    def ready(self) -> None:
        from core.sending.registry import register_composer  # noqa: PLC0415 - as below
        from inbox.conversations import transports  # noqa: PLC0415 - needs the models
        from inbox.transports.email.domain import sweep  # noqa: PLC0415 - as above
        from inbox.transports.email.domain.answering import AUTO, compose_answer  # noqa: PLC0415 - as above
        from tenants.due import register_sweeper  # noqa: PLC0415 - as above

        transports.register(transports.Transport(channel="email", label="E-mail", icon="mail"))
        register_sweeper("inbox.email", sweep.sweep)
        register_composer(AUTO, compose_answer)
        register(
            NavItem(
                key="email",
                label="E-mail",
                icon="mail",
                url_name="email:settings",
                order=32,
                count=_held_count,
                may="manage_mail",
                section="settings",
            )
        )
