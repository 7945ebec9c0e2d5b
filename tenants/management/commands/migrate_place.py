"""Django's own `migrate`, in the one place that is current; called by tenants/schema, not by people."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate

from tenants.context import current


class Command(DjangoMigrate):
    help = "Run Django's migrations in the current place (used by migrate)."
    requires_system_checks: list[Any] = []

    def handle(self, *args: Any, **options: Any) -> None:
        current()
        super().handle(*args, **options)
