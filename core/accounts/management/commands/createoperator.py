"""`createoperator`: somebody who runs the platform."""

from typing import Any

from django.core.management.base import CommandParser

from core.accounts.management.commands.create_user import add_person_arguments, make_person
from core.accounts.rules import Role
from tenants.management.base import PlatformCommand


class Command(PlatformCommand):
    help = "Make an operator, who signs in on the platform's own host."

    def add_arguments(self, parser: CommandParser) -> None:
        add_person_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(make_person(options, role=Role.OPERATOR))
