"""`prepare_cluster`: roles, database and revokes, which only a superuser can make; once, before `migrate`."""

import os
import re
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from psycopg.conninfo import conninfo_to_dict

from tenants.schema import cluster

SUPERUSER_URL = "SUPERUSER_DATABASE_URL"
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")


class Command(BaseCommand):
    help = (
        "Print the psql script by which a superuser prepares Postgres, or with --apply run the same "
        f"as the superuser of {SUPERUSER_URL}, with the passwords of DATABASE_URL and OWNER_DATABASE_URL."
    )
    requires_system_checks: list[Any] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", help="its name; that of DATABASE_URL unless said otherwise")
        parser.add_argument("--apply", action="store_true", help=f"run it now, through {SUPERUSER_URL}")

    def handle(self, *args: Any, **options: Any) -> None:
        name = str(options["database"] or settings.DATABASES["default"]["NAME"])
        if not NAME.match(name):
            raise CommandError(f"“{name}” is no name for the database: use a-z, 0-9 and _.")
        if not options["apply"]:
            self.stdout.write(cluster.script(name), ending="")
            return
        superuser = os.environ.get(SUPERUSER_URL)
        if not superuser:
            raise CommandError(f"{SUPERUSER_URL} is not set: --apply connects through it.")
        passwords = _passwords()
        try:
            cluster.prepare(superuser, name)
            cluster.set_passwords(superuser, passwords)
        except psycopg.Error as error:
            raise CommandError(f"Postgres refused: {error}") from error
        told = f"with passwords for {' and '.join(passwords)}" if passwords else "without passwords"
        self.stdout.write(f"Prepared: roles ({told}), database {name}. `manage.py migrate` is next.")


def _passwords() -> dict[str, str]:
    """The logins' passwords as their own addresses have them; none where Postgres needs none."""
    web = settings.DATABASES["default"]
    owner = conninfo_to_dict(settings.OWNER_DSN) if settings.OWNER_DSN else {}
    found = {}
    for role, user, password in (
        (cluster.OWNER, owner.get("user", cluster.OWNER), owner.get("password")),
        (cluster.WEB, web["USER"], web["PASSWORD"]),
    ):
        if user != role:
            raise CommandError(f"A database's address names {user}, and its role is called {role}.")
        if password:
            found[role] = str(password)
    return found
