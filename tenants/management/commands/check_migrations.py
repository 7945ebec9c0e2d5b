"""`check_migrations`: refuses migrations the release before could not run beside. It asks no database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.schema.contract.check import Finding, check_migrations, migrations_on_disk
from tenants.schema.contract.released import add_release, read_released


class Command(BaseCommand):
    help = "Say which migrations are not expand/contract, or bar the way to a sharded cluster."
    requires_system_checks: list[Any] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--release", metavar="NAME", help="note all that is on disk as part of this release"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        released = read_released()
        migrations = migrations_on_disk()
        keys = [f"{migration.app_label}.{migration.name}" for migration in migrations]
        gone = [
            Finding(key, "a release has it, and it is not on disk.") for key in sorted(released - set(keys))
        ]
        findings = gone + check_migrations(migrations, released=released)
        for finding in findings:
            self.stdout.write(f"{finding.migration}: {finding.sentence}")
        if findings:
            raise CommandError(f"{len(findings)} found; CONTRIBUTING.md, “A change of the schema”, says how.")
        if options["release"]:
            new = add_release(options["release"], keys)
            self.stdout.write(f"{options['release']} has {len(new)} new migrations.")
            return
        self.stdout.write(f"{len(keys)} migrations looked at, {len(set(keys) - released)} of them new.")
