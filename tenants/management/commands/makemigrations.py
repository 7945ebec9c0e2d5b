"""Django's `makemigrations`, which asks no database: it compares models with files only."""

import warnings
from typing import Any

from django.core.management.commands.makemigrations import Command as DjangoMakeMigrations

from tenants.context import platform


class Command(DjangoMakeMigrations):
    def execute(self, *args: Any, **options: Any) -> Any:
        # Its look at the recorded history needs a server, and says so when there is none.
        warnings.filterwarnings(
            "ignore", "Got an error checking a consistent migration history", RuntimeWarning
        )
        with platform():
            return super().execute(*args, **options)
