"""`migrate` for the whole installation: the platform, the template, every workspace, then the warm pool."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.migrations.autodetector import MigrationAutodetector

from tenants.schema.fleet import migrate_everything


class Command(BaseCommand):
    help = "Bring the platform, the template and every workspace to this release, and fill the warm pool."
    requires_system_checks: list[Any] = []
    autodetector = MigrationAutodetector  # Django's check wants it equal to makemigrations'

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-pool", action="store_true", help="leave the warm pool as it is")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        report = migrate_everything(
            fill_pool=not options["no_pool"], verbosity=max(0, options["verbosity"] - 1)
        )
        workspaces = f"{report.migrated} of {report.workspaces} workspaces"
        if not report.migrated:
            workspaces = f"all {report.workspaces} workspaces up to date"
        self.stdout.write(
            f"Migrated: platform, template {report.template[:8]}, {workspaces}; "
            f"{report.spares} spare schemas ready ({time.perf_counter() - started:.1f} s)."
        )
