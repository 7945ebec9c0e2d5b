"""System checks of the ground: a wrong setting is a sentence at start-up, not a traceback later."""

from typing import Any

import psycopg
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register
from django.db import DatabaseError, connections

from tenants.db.base import DatabaseWrapper
from tenants.schema.walls import walls


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


@register(Tags.security, deploy=True)
def check_walls(**kwargs: Any) -> list[CheckMessage]:
    """A wall of the database that is down is told at deploy; a build that has no database is not held up."""
    try:
        _knock()
        fallen = [wall for wall in walls() if not wall.stands]
    except (DatabaseError, psycopg.Error) as error:
        said = "The walls between workspaces were not looked at: no answer from the database."
        return [Info(said, hint=f"Run manage.py walls where it can be reached. ({error})", id="tenants.I001")]
    return [
        Warning(
            f"A wall between workspaces is down: “{wall.name}”. {wall.protects}",
            hint=wall.remedy,
            id="tenants.W001",
        )
        for wall in fallen
    ]


def _knock() -> None:
    """One connection of our own: the pool would go on trying for ten seconds. Raises psycopg.Error."""
    params = connections["default"].get_connection_params()
    params.pop("pool", None)
    psycopg.connect(**params, connect_timeout=3).close()
