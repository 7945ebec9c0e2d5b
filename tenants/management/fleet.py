"""What `migrate` and `migrate_fleet` share: run the fleet, show progress, say what failed and why."""

import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.migrations.autodetector import MigrationAutodetector

from tenants.management.progress import Progress
from tenants.schema.fleet.crew import Outcome
from tenants.schema.fleet.lag import UnknownHost
from tenants.schema.fleet.lock import AnotherRun
from tenants.schema.fleet.run import Options, Report, migrate_fleet
from tenants.schema.owner import NoOwner
from tenants.schema.render import Refused
from tenants.schema.replay import ReplayFailed

T = TypeVar("T")


class FleetCommand(BaseCommand):
    """Ends with 1 when something failed."""

    requires_system_checks: list[Any] = []
    autodetector = MigrationAutodetector  # Django's check wants it equal to makemigrations'

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-pool", action="store_true", help="build no schemas for the warm pool")

    def attempt(self, act: Callable[[], T]) -> T:
        try:
            return act()
        except (AnotherRun, UnknownHost, NoOwner, Refused, ReplayFailed) as error:
            raise CommandError(str(error)) from error

    def run(self, options: Options) -> None:
        started = time.perf_counter()
        progress = Progress(self.stderr)  # the report alone goes to stdout
        try:
            report = self.attempt(lambda: migrate_fleet(options, watch=progress))
        finally:
            progress.clear()
        self.stdout.write("\n".join(_lines(report, seconds=time.perf_counter() - started)))
        if report.faults:
            raise CommandError("\n".join(_faults(report)))


def _lines(report: Report, *, seconds: float) -> Iterator[str]:
    workspaces = f"{report.migrated} of {report.workspaces} workspaces"
    if not report.migrated and not report.faults:
        workspaces = f"all {report.workspaces} workspaces up to date"
    yield (
        f"Migrated: platform, template {report.template[:8]}, {workspaces}; "
        f"{report.spares} spare schemas ready ({seconds:.1f} s)."
    )
    if report.data:
        counts = ", ".join(f"{count} {state}" for state, count in sorted(report.data.items()))
        yield f"Data migrations in the background: {counts}."


def _faults(report: Report) -> Iterator[str]:
    count = len(report.faults)
    yield report.stopped or f"{count} schema{'s' if count > 1 else ''} could not be migrated:"
    yield from (_fault(one) for one in report.faults)
    yield "Once that is mended, run it again: it goes on where it stopped."


def _fault(one: Outcome) -> str:
    where = f" at {one.migration}" if one.migration else ""
    return f"  {one.target.label} ({one.target.schema}){where}: {one.error}"
