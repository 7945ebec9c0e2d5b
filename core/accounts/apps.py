"""Start-up of accounts; what it registers is in registrations.py."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "core.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from core.accounts.registrations import register  # noqa: PLC0415 - needs the registry of models

        register()
