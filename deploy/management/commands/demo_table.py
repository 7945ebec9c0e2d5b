"""`demo_table`: where the demo is and who can sign in, for a person who has just started it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from deploy.demo.cast import ACME, HOUSES, OPERATOR, PASSWORD, Login
from deploy.demo.installation import host
from deploy.settings import env
from inbox.transports.form.models import LeadForm
from tenants.context import platform, workspace
from tenants.management.base import workspace_named
from tenants.models import Domain
from tenants.sites import origin

LINE = "{:<20} {:<36} {:<26} {}"
"""At most 100 columns with the names of cast.py and a port of five digits."""


class Command(BaseCommand):
    help = "Print the demo's addresses and logins; development only."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo's logins are printed in development only.")
        with platform():
            hosts = set(Domain.objects.values_list("host", flat=True))
        self.stdout.write("\n".join(_table(hosts) if host(ACME.label) in hosts else _own(hosts)))


def _table(hosts: set[str]) -> Iterator[str]:
    """The demo's places in the order of cast.py, those that are still there."""
    yield from _place("Operator console", label="platform", hosts=hosts, people=[OPERATOR])
    for house in HOUSES:
        yield from _place(house.name, label=house.slug, hosts=hosts, people=[house.owner])
        for client in house.clients:
            yield from _place(f"  {client.name}", label=client.label, hosts=hosts, people=client.team)
    yield _line("Mail that was sent", mailbox())
    yield ""
    yield _line("Every password", PASSWORD)
    yield ""
    yield from _first_thing()


def _own(hosts: set[str]) -> Iterator[str]:
    """An installation without the demo: its people know their passwords themselves."""
    for name in sorted(hosts):
        yield _line("Console or workspace", origin(name))
    yield _line("Mail that was sent", mailbox())


def _place(name: str, *, label: str, hosts: set[str], people: Sequence[Login]) -> Iterator[str]:
    if host(label) not in hosts:
        return
    columns = [name, origin(host(label))]
    for person in people:
        role = "owner" if person.role == "staff" else person.role
        yield _line(*columns, person.email, role)
        columns = ["", ""]


def _line(*columns: str) -> str:
    return LINE.format(*columns, *[""] * (4 - len(columns))).rstrip()


def _first_thing() -> Iterator[str]:
    here = host(ACME.label)
    with workspace(workspace_named(here)):
        form = LeadForm.objects.filter(is_active=True).first()
    if form:
        yield f"Try this first: sign in at {origin(here)}/inbox/ and open, in another window,"
        yield f"{origin(here)}/f/{form.slug}/: what you send there appears in the inbox."
        yield f"Answer it, and the mail arrives at {mailbox()}."


def mailbox() -> str:
    """Where the development mailbox shows what Marque sent."""
    return f"http://localhost:{env.number('MAILBOX_PORT', settings.PORT + 2)}"
