"""System checks of the ground: a wrong setting is a sentence at start-up, not a traceback later."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from tenants.db.base import DatabaseWrapper


@register()
def check_backend(**kwargs: Any) -> list[CheckMessage]:
    """The one database must go through our backend, or there are no walls at all."""
    from django.db import connections  # noqa: PLC0415 - settings must be complete

    if isinstance(connections["default"], DatabaseWrapper):
        return []
    return [Error("DATABASES['default']['ENGINE'] must be tenants.db.", id="tenants.E001")]


@register()
def check_cache_keys(**kwargs: Any) -> list[CheckMessage]:
    """Every cache must build its keys with the schema in front."""
    return [
        Error(f"CACHES[{name!r}] must use KEY_FUNCTION tenants.keys.cache_key.", id="tenants.E002")
        for name, options in settings.CACHES.items()
        if options.get("KEY_FUNCTION") != "tenants.keys.cache_key"
    ]


@register()
def check_no_page_cache(**kwargs: Any) -> list[CheckMessage]:
    """Django's page cache has shown one user's page to another, again and again."""
    used = [name for name in settings.MIDDLEWARE if name.startswith("django.middleware.cache.")]
    return [Error(f"{name} must not be used.", id="tenants.E003") for name in used]
