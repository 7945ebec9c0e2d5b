"""`verify_archive`: checks an archive as an import would, and says what is in it; nothing is written."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tenants.archive.manifest import BadArchive
from tenants.archive.reading import opened
from tenants.management.base import PlatformCommand


class Command(PlatformCommand):
    help = "Check every size and hash of an archive, and that this release can read it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with Path(options["file"]).open("rb") as file, opened(file) as archive:
                found = archive.manifest
        except BadArchive as error:
            raise CommandError(f"The archive cannot be used. {error}") from error
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{found.workspace}, written {found.created_at:%Y-%m-%d %H:%M} UTC by {found.product}: "
            f"{found.rows:,} rows of {len(found.tables)} tables and {len(found.files)} files, all as written."
        )
