"""What every API endpoint needs: keys, throttles, paging, idempotency keys, errors as problem documents.

The endpoints themselves are in each app's own api.py; the one NinjaAPI is put together in deploy/urls.
"""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "core.api"
    label = "api"

    def ready(self) -> None:
        from core.api import throttle  # noqa: PLC0415 - needs the registry
        from tenants.due import register_sweeper  # noqa: PLC0415 - needs the registry

        register_sweeper("core.api", throttle.forget_old_counts)
