"""`seed_demo`: the demo installation for `make run`, or any amount of demo data for one workspace."""

from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from core.accounts.queries import teammates
from deploy.demo import bulk, installation
from deploy.demo.bulk import Amount
from deploy.demo.business import STUDIO, Business
from deploy.demo.cast import ACME, HOUSES
from tenants.context import workspace
from tenants.management.base import workspace_named


class Command(BaseCommand):
    help = "Build the demo (--if-empty), or fill a workspace with demo data (--contacts, --messages)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="build the demo installation unless there is one"
        )
        parser.add_argument("--contacts", type=amount, metavar="N", help="how many contacts")
        parser.add_argument(
            "--messages", type=amount, metavar="N", help="how many messages, five a conversation"
        )
        parser.add_argument(
            "--seed", type=amount, default=1, help="the same seed gives the same data (default 1)"
        )
        parser.add_argument("--workspace", metavar="HOST", help="whom to fill (default: the demo's first)")
        parser.add_argument(
            "--until", type=moment, help="dates count back from here (default: midnight, UTC)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demo people share one known password, so there is no demo in production.")
        if options["if_empty"]:
            self._build(options)
        elif options["contacts"] is None:
            raise CommandError("Say --if-empty, or how much: --contacts 1000 --messages 5000.")
        else:
            self._fill(options)

    def _build(self, options: dict[str, Any]) -> None:
        if not installation.is_wanted():
            return
        started = perf_counter()
        try:
            installation.build(
                installation.Build(
                    until=options["until"] or timezone.now(),
                    say=self.stdout.write,
                    contacts=options["contacts"],
                    messages=options["messages"],
                )
            )
        except installation.NotReady as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The demo is built ({perf_counter() - started:.1f} s).")

    def _fill(self, options: dict[str, Any]) -> None:
        host = options["workspace"] or installation.host(ACME.label)
        wanted = amount_of(options, host=host)
        started = perf_counter()
        with workspace(workspace_named(host)):
            if bulk.is_filled(wanted):
                self.stdout.write(f"Seed {wanted.seed} is already in {host}; --seed takes another number.")
                return
            if not teammates().exists():
                raise CommandError(f"{host} has no team yet, so nobody could have answered.")
            try:
                bulk.fill(wanted, say=self.stdout.write)
            except IntegrityError as error:
                raise CommandError(f"Some of seed {wanted.seed} is already in {host}: {error}") from error
        self.stdout.write(
            f"{host} has {wanted.contacts:,} contacts and {wanted.messages:,} messages more"
            f" ({perf_counter() - started:.1f} s)."
        )


def amount_of(options: dict[str, Any], *, host: str) -> Amount:
    """What to fill a workspace with. Raises CommandError for messages that nobody could have written."""
    if options["messages"] and not options["contacts"]:
        raise CommandError("Messages need somebody who writes them: say --contacts as well.")
    return Amount(
        host=host,
        contacts=options["contacts"],
        messages=options["messages"] or 0,
        seed=options["seed"],
        business=business_of(host),
        until=options["until"] or timezone.now().replace(hour=0, minute=0, second=0, microsecond=0),
    )


def business_of(host: str) -> Business:
    """What the demo's client at this host does; everybody else has a studio."""
    clients = {installation.host(client.label): client for house in HOUSES for client in house.clients}
    return clients[host].business if host in clients else STUDIO


def amount(text: str) -> int:
    """A number of rows. Raises ValueError."""
    if not text.isascii() or not text.replace("_", "").isdigit():
        raise ValueError(text)
    return int(text)


def moment(text: str) -> datetime:
    """A date or a time, in UTC where it does not say. Raises ValueError."""
    day = parse_date(text)
    found = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else parse_datetime(text)
    if found is None:
        raise ValueError(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
