"""`verify_log`: whether the log of who did what is whole, in a workspace or on the platform."""

from typing import Any

from django.core.management.base import CommandError

from core.timeline.queries import verify_chain
from tenants.management.base import PlaceCommand


class Command(PlaceCommand):
    help = "Check each line of the log against its hash and the line before; say where it breaks."

    def handle(self, *args: Any, **options: Any) -> None:
        found = verify_chain()
        if found.broken_at is not None:
            raise CommandError(
                f"The log is broken: {found.fault}. {found.lines} lines before it are as they were written."
            )
        lines = f"{found.lines} line{'' if found.lines == 1 else 's'}"
        self.stdout.write(f"The log is whole: {lines}, the last hash is {found.head or 'none'}.")
