"""`migrate` for the whole installation: a fleet run as it is without options of its own."""

from typing import Any

from tenants.management.fleet import FleetCommand
from tenants.schema.fleet.run import Options


class Command(FleetCommand):
    help = "Bring the platform, the template and every workspace to this release, and fill the warm pool."

    def handle(self, *args: Any, **options: Any) -> None:
        self.run(Options(fill_pool=not options["no_pool"], verbosity=max(0, options["verbosity"] - 1)))
