"""`provision_workspace`: a workspace from the command line, which builds inline when the pool is empty."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from tenants import provisioning
from tenants.fields import check_mail_address
from tenants.management.base import PlatformCommand
from tenants.models import Reseller
from tenants.schema import stock
from tenants.schema.owner import can_build


class Command(PlatformCommand):
    help = "Make a workspace for a reseller and print its address and how long it took."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reseller", required=True, help="the reseller's short name (slug)")
        parser.add_argument("--name", required=True, help="the client's name")
        parser.add_argument("--domain", required=True, help="the host its team will use")
        parser.add_argument("--owner-email", required=True, help="the first admin's e-mail")
        parser.add_argument("--owner-name", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        reseller = Reseller.objects.filter(slug=options["reseller"]).first()
        if reseller is None:
            known = ", ".join(Reseller.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"No reseller is called “{options['reseller']}” (known: {known}).")
        if stock.level() == 0 and can_build():
            stock.fill(size=1)
        try:
            check_mail_address(options["owner_email"])
            done = provisioning.provision(
                reseller=reseller,
                name=options["name"],
                host=options["domain"],
                owner_email=options["owner_email"],
                owner_name=options["owner_name"],
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if not done.ready:
            self.stdout.write(f"{options['name']} is queued: the builder opens it when a schema is ready.")
            return
        self.stdout.write(f"{done.url} is ready ({done.seconds * 1000:.0f} ms).")
