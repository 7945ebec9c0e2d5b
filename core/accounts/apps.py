"""Start-up of accounts; what it registers is in registrations.py."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "core.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from core.accounts.registrations import register  # noqa: PLC0415 - needs the registry of models
        from core.accounts.signed_in import user_by_cookie  # noqa: PLC0415 - the same
        from core.realtime.rights import register_users  # noqa: PLC0415 - the same

        register()
        register_users(user_by_cookie)
