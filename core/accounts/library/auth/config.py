"""django.contrib.auth without its tables: groups and permissions are no part of this product.

Their serial keys would bar a sharded cluster, and roles are a table of ours (core/accounts/rules.py).

Only what others build on is kept: hashing, backends, the signed-in signals and the check of the user model.
"""

from django.apps import AppConfig
from django.core import checks


class AuthConfig(AppConfig):
    name = "django.contrib.auth"
    label = "auth"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.checks import check_user_model  # noqa: PLC0415 - needs settings
        from django.contrib.auth.models import update_last_login  # noqa: PLC0415, TID251 - no table, a signal handler
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415 - needs settings

        user_logged_in.connect(update_last_login, dispatch_uid="update_last_login")
        checks.register(check_user_model, checks.Tags.models)
