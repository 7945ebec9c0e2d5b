"""`create_user`: somebody who may sign in, in a workspace or on the platform."""

from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from core.accounts.domain.users import create_user
from core.accounts.rules import Role
from tenants.fields import check_mail_address
from tenants.management.base import PlaceCommand


class Command(PlaceCommand):
    help = "Make a user with a password: operator or staff, or in a workspace admin, manager or agent."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_person_arguments(parser)
        parser.add_argument("--role", required=True, choices=Role.values)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(make_person(options, role=options["role"]))


def add_person_arguments(parser: CommandParser) -> None:
    parser.add_argument("--email", required=True)
    parser.add_argument("--name", default="")
    parser.add_argument("--password", help="asked for when not given, so that it stays out of your history")


def make_person(options: dict[str, Any], *, role: str) -> str:
    """Make the person and say so in one sentence. Raises CommandError in words."""
    password = options["password"] or getpass(f"Password for {options['email']}: ")
    try:
        check_mail_address(options["email"])
        validate_password(password)
        user = create_user(email=options["email"], name=options["name"], role=role, password=password)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return f"{user.email} can sign in as {user.get_role_display().lower()}."
