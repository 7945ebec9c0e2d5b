"""System checks: a setting that would only fail at the first mail is explained at start-up."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from core.sending.smtp import BadServerUrl, Server


@register()
def smtp_url(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    try:
        Server.from_url(settings.SMTP_URL)
    except BadServerUrl as error:
        return [
            Error(
                f"{error}.",
                hint="For example smtp+starttls://user:password@mail.example.com:587",
                id="sending.E001",
            )
        ]
    return []
