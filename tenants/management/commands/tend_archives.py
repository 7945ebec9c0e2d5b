"""`tend_archives`: what the scheduler does each minute for the life cycle, now; again after a crash."""

from typing import Any

from tenants.archive.tending import tend
from tenants.management.base import PlatformCommand


class Command(PlatformCommand):
    help = "Restore, drop and purge the workspaces for which it is time."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{tend()} workspaces were moved on.")
