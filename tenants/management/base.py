"""Base commands: a command says in which place it runs, or it does not run.

`PlaceCommand` takes --workspace or --platform; `PlatformCommand` always runs on the platform.
"""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.context import place_of, platform, workspace
from tenants.models import Domain, Workspace


def workspace_named(name: str) -> Workspace:
    """The workspace with this id, schema or host. Raises CommandError."""
    with platform():
        domain = Domain.objects.select_related("workspace").filter(host=name, kind="workspace").first()
        if domain and domain.workspace:
            return domain.workspace
        row = Workspace.objects.filter(schema=name).first()
        if row is None and (id := _id_of(name)):
            row = Workspace.objects.filter(id=id).first()
    if row is None:
        raise CommandError(f"No workspace has the host, schema or id “{name}”.")
    return row


def _id_of(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


class PlatformCommand(BaseCommand):
    """Runs on the platform."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        with platform():
            return super().execute(*args, **options)


class PlaceCommand(BaseCommand):
    """Runs in the workspace or on the platform that the caller names."""

    def add_arguments(self, parser: CommandParser) -> None:
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument(
            "--workspace", metavar="HOST", help="run in the workspace with this host, schema or id"
        )
        where.add_argument("--platform", action="store_true", help="run on the platform")

    def execute(self, *args: Any, **options: Any) -> str | None:
        if options.get("platform"):
            with platform():
                return super().execute(*args, **options)
        with workspace(place_of(workspace_named(options["workspace"]))):
            return super().execute(*args, **options)
