"""`export_workspace`: one workspace as a portable archive."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tenants.archive.export import export
from tenants.management.base import PlatformCommand, workspace_named
from tenants.management.progress import Teller
from tenants.schema.dump import DumpFailed
from tenants.schema.owner import NoOwner


class Command(PlatformCommand):
    help = "Write a workspace into one file: its rows, its brand, and a manifest with counts and hashes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("workspace", metavar="HOST", help="the workspace's host, schema or id")
        parser.add_argument("--to", required=True, metavar="FILE", help="where to write; it must not exist")

    def handle(self, *args: Any, **options: Any) -> None:
        row, path = workspace_named(options["workspace"]), Path(options["to"])
        if not row.schema:
            raise CommandError(f"{row}'s data is in the archive store already, as {row.archive}.")
        part = path.with_name(f"{path.name}.part")
        if path.exists():
            raise CommandError(f"{path} is there already. Choose another name.")
        try:
            with os.fdopen(os.open(part, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600), "w+b") as file:
                manifest = export(row, file, tell=Teller(self.stderr))
            part.rename(path)
        except (OSError, NoOwner, DumpFailed) as error:
            part.unlink(missing_ok=True)
            raise CommandError(f"It could not be written: {error}") from error
        self.stdout.write(
            f"{row}: {manifest.rows:,} rows of {len(manifest.tables)} tables and {len(manifest.files)} files "
            f"in {path} ({path.stat().st_size:,} bytes)."
        )
