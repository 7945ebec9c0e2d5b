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
        if found.late:
            raise CommandError(
                f"Nothing was changed, but {_lines(found.late)} written more than a minute ago "
                f"{'is' if found.late == 1 else 'are'} not in the chain yet. A worker or the sweep "
                "puts them there: see that these run and keep up."
            )
        head = found.head or "none"
        self.stdout.write(f"The log is whole: {_lines(found.lines)}, the last hash is {head}.")


def _lines(count: int) -> str:
    return f"{count} line{'' if count == 1 else 's'}"
