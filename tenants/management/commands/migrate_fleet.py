"""Brings the whole installation to this release: platform, template, canary, warm pool, every workspace."""

from typing import Any

from django.core.management.base import CommandParser

from tenants.management.fleet import FleetCommand
from tenants.schema.fleet.preview import preview
from tenants.schema.fleet.run import Options


class Command(FleetCommand):
    help = (
        "Bring the platform, the template and every workspace to this release, a canary first. "
        "It may be ended at any moment: the next run goes on there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--canary", type=int, default=1, metavar="N", help="how many workspaces go first")
        parser.add_argument(
            "--canary-host",
            action="append",
            default=[],
            metavar="HOST",
            help="this one goes first, and no other",
        )
        parser.add_argument("--parallel", type=int, default=4, metavar="N", help="how many schemas at a time")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be done, and write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self.stdout.write("\n".join(self.attempt(lambda: preview(self.chosen(options)))))
        else:
            self.run(self.chosen(options))

    def chosen(self, options: dict[str, Any]) -> Options:
        return Options(
            canaries=max(0, options["canary"]),
            hosts=tuple(options["canary_host"]),
            parallel=max(1, options["parallel"]),
            fill_pool=not options["no_pool"],
            verbosity=max(0, options["verbosity"] - 1),
        )
