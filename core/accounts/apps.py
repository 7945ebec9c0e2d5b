"""Start-up of accounts: the rail asks its table of roles, and old counters are swept away."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "core.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from core.accounts.navigation import register  # noqa: PLC0415 - needs the registry of models

        register()
