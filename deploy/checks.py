"""System checks of a production's settings, asked by `manage.py check --deploy`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def check_proxies(**kwargs: Any) -> list[CheckMessage]:
    """Production is served behind a proxy that ends TLS, so there is always at least one."""
    if not settings.PRODUCTION or settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return []
    return [
        Warning(
            "TRUSTED_PROXY_COUNT is 0, so every visitor seems to come from the proxy's own address, and the "
            "limits on signing in and on forms hold for everybody together.",
            hint="Set it to the number of your proxies in front, usually 1.",
            id="deploy.W001",
        )
    ]
