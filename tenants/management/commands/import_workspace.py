"""`import_workspace`: a new workspace out of an archive, under a reseller of this installation."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from tenants.archive.bringing import import_workspace
from tenants.archive.manifest import BadArchive
from tenants.context import place_of
from tenants.management.base import PlatformCommand
from tenants.management.progress import Teller
from tenants.models import Reseller
from tenants.schema.owner import NoOwner
from tenants.sites import url_for


class Command(PlatformCommand):
    help = "Make a workspace out of an archive. All of the file is checked before anything is written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--reseller", required=True, metavar="SLUG", help="whose client it becomes")
        parser.add_argument("--domain", required=True, metavar="HOST", help="the host its team will use")
        parser.add_argument("--name", default="", help="the client's name; that of the archive otherwise")

    def handle(self, *args: Any, **options: Any) -> None:
        reseller = Reseller.objects.filter(slug=options["reseller"]).first()
        if reseller is None:
            raise CommandError(f"No reseller is called “{options['reseller']}”.")
        try:
            row = import_workspace(
                Path(options["file"]),
                reseller=reseller,
                host=options["domain"],
                name=options["name"],
                tell=Teller(self.stderr),
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except BadArchive as error:
            raise CommandError(f"The archive was not imported. {error}") from error
        except (OSError, NoOwner) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{row} is open at {url_for('/', place=place_of(row))}.")
