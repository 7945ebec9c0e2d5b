"""What every API endpoint needs: keys, throttles, paging, idempotency keys, errors as problem documents.

The endpoints themselves are in each app's own api.py; the one NinjaAPI is put together in deploy/urls.
"""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "core.api"
    label = "api"
