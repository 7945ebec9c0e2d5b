"""`set_platform_host`: where the operators' console is; the first thing a new installation needs."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from tenants.lifecycle import set_platform_host
from tenants.management.base import PlatformCommand
from tenants.sites import origin


class Command(PlatformCommand):
    help = "Set the host of the operators' console; again moves it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("host", help="such as platform.example.com")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            domain = set_platform_host(options["host"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"The operators' console is at {origin(domain.host)}/.")
