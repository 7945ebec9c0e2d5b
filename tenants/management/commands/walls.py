"""`walls`: says which of the database's walls stand; fails when one does not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenants.schema.walls import walls


class Command(BaseCommand):
    help = "Say which walls between workspaces stand in this database; fails when one is down."

    def handle(self, *args: Any, **options: Any) -> None:
        down = 0
        for wall in walls():
            self.stdout.write(f"{'up  ' if wall.stands else 'DOWN'}  {wall.name}")
            down += not wall.stands
        if down:
            raise CommandError(f"{down} of the walls are down.")
